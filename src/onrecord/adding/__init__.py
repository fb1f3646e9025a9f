"""Adding: a stream of unread articles in, a ledger with their statements out. Several processes read, one writes."""

from onrecord.adding.add import Added, Progress, add
from onrecord.adding.jobs import freeze, thaw

__all__ = ["Added", "Progress", "add", "freeze", "thaw"]
