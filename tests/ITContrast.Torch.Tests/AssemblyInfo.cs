// The count of live tensors is the process's, so tests that compare it run one after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
