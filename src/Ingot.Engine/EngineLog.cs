using Microsoft.Extensions.Logging;

namespace Ingot.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(1, LogLevel.Information, "{Model}: engine started: {BlockCount} cache blocks of {BlockSize} tokens, {MaxSequences} requests at once, {StepTokenBudget} tokens a step.")]
    public static partial void Started(this ILogger logger, string model, int blockCount, int blockSize, int maxSequences, int stepTokenBudget);

    [LoggerMessage(2, LogLevel.Error, "{Model}: a step failed; {Count} requests in it were ended.")]
    public static partial void StepFailed(this ILogger logger, string model, int count, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "{Model}: the logits of a request were not finite numbers; the request was ended.")]
    public static partial void LogitsNotFinite(this ILogger logger, string model);

    [LoggerMessage(4, LogLevel.Debug, "{Model}: a request was cancelled after {Generated} tokens.")]
    public static partial void Cancelled(this ILogger logger, string model, int generated);

    [LoggerMessage(5, LogLevel.Information, "{Model}: engine stopped; {Count} unfinished requests were ended.")]
    public static partial void Stopped(this ILogger logger, string model, int count);

    [LoggerMessage(6, LogLevel.Information, "{Model}: loaded: {Summary}.")]
    public static partial void Loaded(this ILogger logger, string model, string summary);

    [LoggerMessage(7, LogLevel.Warning, "{Model}: the folder was made for {Providers}; it runs on the CPU here.")]
    public static partial void OtherProviders(this ILogger logger, string model, string providers);

    [LoggerMessage(8, LogLevel.Information, "{Model}: runner {Runner} on {Provider}. {Reason}")]
    public static partial void RunnerChosen(this ILogger logger, string model, string runner, string provider, string reason);

    [LoggerMessage(9, LogLevel.Warning, "{Model}: {Provider} cannot run it, the CPU does instead: {Reason}")]
    public static partial void FellBack(this ILogger logger, string model, string provider, string reason);

    [LoggerMessage(10, LogLevel.Warning, "{Model}: these session options of its folder are left out: {Options}.")]
    public static partial void OptionsLeftOut(this ILogger logger, string model, string options);

    [LoggerMessage(11, LogLevel.Information, "{Model}: acceleration of steps of many tokens is {State}. {Reason}")]
    public static partial void Accelerated(this ILogger logger, string model, string state, string reason);

    [LoggerMessage(12, LogLevel.Critical, "{Model}: the bookkeeping of requests and cache blocks was wrong; it begins anew, and {Count} requests were ended. This is a defect of the engine.")]
    public static partial void BookkeepingWrong(this ILogger logger, string model, int count, Exception exception);

    [LoggerMessage(20, LogLevel.Information, "{Model}: embedder started: vectors of {Width}, texts of up to {ContextLength} tokens, {StepTokens} tokens a step.")]
    public static partial void EmbedderStarted(this ILogger logger, string model, int width, int contextLength, int stepTokens);

    [LoggerMessage(21, LogLevel.Error, "{Model}: the vector of a request was not finite numbers; the request was ended.")]
    public static partial void VectorNotFinite(this ILogger logger, string model);
}
