using Microsoft.Extensions.Logging;

namespace Ingot.Service.Storage;

internal static partial class StoreLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The store in {Folder} cannot be opened; answers are made and not kept: {Reason}")]
    internal static partial void Unavailable(this ILogger logger, string folder, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The store failed")]
    internal static partial void Failed(this ILogger logger, Exception reason);
}
