using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.AI.Foundry.Local.Hosting;

/// <summary>Brings into memory, before the host counts as started, what the options name.</summary>
internal sealed partial class IngotStart(ICatalog catalog, IOptions<IngotHostOptions> options, IngotMeter meter, ILogger<IngotStart> logger) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        meter.Begin();
        foreach (string alias in options.Value.Preload)
        {
            IModel model = await catalog.GetModelAsync(alias, cancellationToken) ?? await catalog.GetModelVariantAsync(alias, cancellationToken)
                ?? throw new FoundryLocalException($"The options of AddIngot name the model '{alias}' in Preload, which no catalog has.");
            if (options.Value.Download)
                await model.DownloadAsync(null, cancellationToken);
            await model.LoadAsync(cancellationToken);
            LogLoaded(logger, model.Id);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(Level = Extensions.Logging.LogLevel.Information, Message = "Model {Model} is in memory.")]
    private static partial void LogLoaded(ILogger logger, string model);
}
