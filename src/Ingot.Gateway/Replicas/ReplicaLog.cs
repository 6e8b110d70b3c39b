namespace Ingot.Gateway.Replicas;

/// <summary>What is logged of replicas. Never a key, a prompt or an answer.</summary>
internal static partial class ReplicaLog
{
    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "Replica {Address} of provider {Provider} is down: {Reason}.")]
    public static partial void ReplicaDown(this ILogger logger, string provider, Uri address, string reason);

    [LoggerMessage(EventId = 302, Level = LogLevel.Information, Message = "Replica {Address} of provider {Provider} is up again.")]
    public static partial void ReplicaUp(this ILogger logger, string provider, Uri address);

    [LoggerMessage(EventId = 303, Level = LogLevel.Information, Message = "Replica {Address} of provider {Provider} is full.")]
    public static partial void ReplicaFull(this ILogger logger, string provider, Uri address);

    [LoggerMessage(EventId = 304, Level = LogLevel.Information, Message = "Replica {Address} of provider {Provider} may have room again.")]
    public static partial void ReplicaHasRoom(this ILogger logger, string provider, Uri address);

    [LoggerMessage(EventId = 305, Level = LogLevel.Information, Message = "A request for provider {Provider} goes on to another replica: {Reason}.")]
    public static partial void RequestRepeated(this ILogger logger, string provider, string reason);

    [LoggerMessage(EventId = 306, Level = LogLevel.Warning, Message = "An answer of provider {Provider} broke off after it had begun: {Reason}.")]
    public static partial void AnswerBrokeOff(this ILogger logger, string provider, string reason);
}
