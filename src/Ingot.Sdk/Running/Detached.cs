namespace Microsoft.AI.Foundry.Local.Running;

/// <summary>
/// Begins work without the caller's synchronization context. A window's thread that waits in <c>Dispose</c> would else wait
/// for work that waits for that thread.
/// </summary>
internal static class Detached
{
    /// <summary>Begins it; its continuations run on the thread pool.</summary>
    public static T Begin<T>(Func<T> work)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        if (context is null)
            return work();
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
