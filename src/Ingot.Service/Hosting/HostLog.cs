using Microsoft.Extensions.Logging;

namespace Ingot.Service.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Loading model {Model}")]
    internal static partial void Loading(this ILogger logger, string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded model {Model} in {Seconds:F2} s")]
    internal static partial void Loaded(this ILogger logger, string model, double seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {Model} was not loaded")]
    internal static partial void NotLoaded(this ILogger logger, string model, Exception reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Unloaded model {Model}")]
    internal static partial void Unloaded(this ILogger logger, string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} was not used for its time to live")]
    internal static partial void Idle(this ILogger logger, string model);

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} is unloaded to make room for {Newcomer}")]
    internal static partial void MakesRoom(this ILogger logger, string model, string newcomer);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Requests of model {Model} did not end in time; it is unloaded under them")]
    internal static partial void NotDrained(this ILogger logger, string model);
}
