using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Microsoft.AI.Foundry.Local.Hosting;

/// <summary>Healthy while models can be asked for and those to be preloaded are in memory.</summary>
internal sealed class IngotHealthCheck(FoundryLocalManager manager, ICatalog catalog, IOptions<IngotHostOptions> options) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            IReadOnlyList<string> loaded = await manager.Session.RunAsync(manager.Session.Runtime.ListLoadedAsync, cancellationToken);
            var data = new Dictionary<string, object> { ["loaded"] = loaded };
            foreach (string alias in options.Value.Preload)
            {
                IModel? model = await catalog.GetModelAsync(alias, cancellationToken) ?? await catalog.GetModelVariantAsync(alias, cancellationToken);
                if (model is null || !loaded.Contains(model.Id, StringComparer.OrdinalIgnoreCase))
                    return HealthCheckResult.Degraded($"Model '{alias}' is not in memory.", data: data);
            }

            return HealthCheckResult.Healthy(data: data);
        }
        catch (FoundryLocalException reason)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, reason.Message, reason);
        }
    }
}
