namespace Ingot.Engine;

/// <summary>Wakes the readers of one step's events, one after the other on one thread of the pool: waking a thread costs more than what most readers do.</summary>
internal sealed class WakeUpCall(TokenQueue[] queues) : IThreadPoolWorkItem
{
    /// <summary>Has the readers of these queues woken, and forgets the queues.</summary>
    public static void Place(List<TokenQueue> queues)
    {
        if (queues.Count == 1)
            ThreadPool.UnsafeQueueUserWorkItem(queues[0], preferLocal: false);
        else if (queues.Count > 1)
            ThreadPool.UnsafeQueueUserWorkItem(new WakeUpCall([.. queues]), preferLocal: false);
        queues.Clear();
    }

    /// <inheritdoc/>
    public void Execute()
    {
        foreach (TokenQueue queue in queues)
            queue.Execute();
    }
}
