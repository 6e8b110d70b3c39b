using System.Net.Sockets;
using Ingot.Errors;

namespace Ingot.Gateway.Replicas;

/// <summary>What became of a try that ended without an answer.</summary>
/// <param name="Reason">In words that follow "because" or a colon.</param>
/// <param name="WasSent">Whether the replica may have begun to work on the request.</param>
internal readonly record struct Loss(string Reason, bool WasSent)
{
    /// <summary>Reads what was thrown.</summary>
    public static Loss Of(Exception exception) => exception switch
    {
        HttpRequestException { InnerException: IngotException refusal } => new(refusal.Message.TrimEnd('.'), false),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => new("its name is not known", false),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new("its certificate is not trusted, or it speaks no TLS", false),
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => new("it refuses connections", false),
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => new("no connection could be made", false),
        // The only time-out that the connection pool has of its own.
        OperationCanceledException => new("no connection could be made in time", false),
        _ => new("the connection broke off", true),
    };
}
