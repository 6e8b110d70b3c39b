using System.Net;
using System.Net.Sockets;

namespace Ingot.Testing;

/// <summary>
/// A port of 127.0.0.1 at which nobody answers until the test starts a server there, and after that server's end. A port that was merely
/// free once may be given to any other test in the meantime, whose server then answers in its place.
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes one.</summary>
    public ReservedPort()
    {
        _holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_holder.LocalEndPoint!).Port;

        // Linux lets a server have a port by its number that another socket has and does not listen at, and gives it to nobody who asks for
        // just any. Other systems let only one have it, so there it is free.
        if (!OperatingSystem.IsLinux())
            _holder.Dispose();
    }

    /// <summary>Its number.</summary>
    public int Number { get; }

    /// <inheritdoc/>
    public void Dispose() => _holder.Dispose();
}
