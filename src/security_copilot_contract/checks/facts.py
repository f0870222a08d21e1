"""Facts of the API and values of ours that the plan, the runner and the promises share."""

# An id that nothing has: the plan asks for it, and the promises expect that it is not found.
NOBODY = "00000000-0000-0000-0000-000000000000"

# The states of an evaluation that lead to no other. Any other state, also one that is new, may still change.
FINAL_STATES = frozenset({"completed", "cancelled"})
