namespace Ingot.Engine;

/// <summary>
/// Wakes the readers of one step's events, one after the other on one thread: waking a thread costs more than what most readers do.
/// The thread is one of those that compute, where one has time, and else the pool's.
/// </summary>
internal sealed class WakeUpCall(TokenQueue[] queues) : IThreadPoolWorkItem
{
    /// <summary>Has the readers of these queues woken, and forgets the queues.</summary>
    public static void Place(List<TokenQueue> queues, IModelRunner runner)
    {
        if (queues.Count == 0)
            return;
        IThreadPoolWorkItem call = queues.Count == 1 ? queues[0] : new WakeUpCall([.. queues]);
        if (!runner.TryGive(call))
            ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: false);
        queues.Clear();
    }

    /// <inheritdoc/>
    public void Execute()
    {
        foreach (TokenQueue queue in queues)
            queue.Execute();
    }
}
