namespace Ingot.Engine;

/// <summary>
/// Wakes the readers of one step's events, one after the other on one thread: waking a thread costs more than what most readers do.
/// The thread is one of those that compute, where one has time, and else the pool's. The engine thread owns it.
/// </summary>
/// <param name="runner">Whose threads compute.</param>
internal sealed class WakeUps(IModelRunner runner)
{
    // One is under way while the next is filled; more where readers hold them up, or a thread is kept from its core.
    private const int UsualCalls = 8;

    private readonly List<Call> _calls = [.. Enumerable.Range(0, UsualCalls).Select(_ => new Call())];
    private Call? _next;

    /// <summary>Has a queue's reader woken by the next call.</summary>
    public void Add(TokenQueue queue) => (_next ??= FreeCall()).Add(queue);

    /// <summary>Has the readers of these queues woken, and forgets the queues.</summary>
    public void Place()
    {
        if (_next is not { } call)
            return;
        _next = null;
        if (!runner.TryGive(call))
            ThreadPool.UnsafeQueueUserWorkItem(call, preferLocal: false);
    }

    private Call FreeCall()
    {
        foreach (Call call in _calls)
        {
            if (call.TryUse())
                return call;
        }

        var another = new Call();
        another.TryUse();
        _calls.Add(another);
        return another;
    }

    /// <summary>Some queues, and a thread on its way to them. The engine's from <see cref="TryUse"/> on, that thread's until it is done.</summary>
    private sealed class Call : IThreadPoolWorkItem
    {
        private TokenQueue[] _queues = new TokenQueue[8];
        private int _count;
        private bool _isFree = true;

        public bool TryUse()
        {
            if (!Volatile.Read(ref _isFree))
                return false;
            _isFree = false;
            return true;
        }

        public void Add(TokenQueue queue)
        {
            if (_count == _queues.Length)
                Array.Resize(ref _queues, 2 * _count);
            _queues[_count++] = queue;
        }

        public void Execute()
        {
            foreach (TokenQueue queue in _queues.AsSpan(0, _count))
                queue.Execute();

            // What has ended is not to be kept until the next call.
            Array.Clear(_queues, 0, _count);
            _count = 0;
            Volatile.Write(ref _isFree, true);
        }
    }
}
