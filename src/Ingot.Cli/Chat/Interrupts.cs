using System.Runtime.InteropServices;

namespace Ingot.Cli.Chat;

/// <summary>
/// What Ctrl-C means: while the model works, the first stops the work; a second one, or one at the prompt, ends the process.
/// Signals arrive on a thread of their own, hence the lock.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration _registration;
    private CancellationTokenSource? _work;

    /// <summary>Starts listening.</summary>
    public Interrupts() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt);

    /// <summary>Begins work that Ctrl-C stops.</summary>
    public CancellationToken BeginWork()
    {
        lock (_lock)
        {
            _work?.Dispose();
            _work = new CancellationTokenSource();
            return _work.Token;
        }
    }

    /// <summary>The work is over: the next Ctrl-C leaves.</summary>
    public void EndWork()
    {
        lock (_lock)
        {
            _work?.Dispose();
            _work = null;
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        EndWork();
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        lock (_lock)
        {
            if (_work is { IsCancellationRequested: false })
            {
                context.Cancel = true;
                _work.Cancel();
                return;
            }
        }

        // Nothing is left half-written by a chat: the default action (end the process) is the right one.
        context.Cancel = false;
    }
}
