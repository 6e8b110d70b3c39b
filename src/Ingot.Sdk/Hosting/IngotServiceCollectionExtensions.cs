using Microsoft.AI.Foundry.Local;
using Microsoft.AI.Foundry.Local.Abstractions;
using Microsoft.AI.Foundry.Local.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Ingot for programs with a host.</summary>
public static class IngotServiceCollectionExtensions
{
    /// <summary>
    /// Adds Ingot: <see cref="FoundryLocalManager"/> and <see cref="ICatalog"/>, an <see cref="IChatClient"/> and an
    /// <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> over the models the options name, a health check <c>ingot</c>
    /// tagged <c>ready</c>, and measurements of the meter <c>Ingot</c>. It logs where the host logs, and ends with the host.
    /// What was registered before stays. <see cref="FoundryLocalManager.Instance"/> is not set.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options; null leaves them as they are by default or as other parts of the host set them.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddIngot(this IServiceCollection services, Action<IngotHostOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<IngotHostOptions> options = services.AddOptions<IngotHostOptions>();
        if (configure is not null)
            options.Configure(configure);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(provider => FoundryLocalManager.Create(
            provider.GetRequiredService<IOptions<IngotHostOptions>>().Value.ToConfiguration(), provider.GetRequiredService<ILoggerFactory>()));
        services.TryAddSingleton(provider => provider.GetRequiredService<FoundryLocalManager>().Catalog);
        services.TryAddSingleton<IChatClient>(provider => new IngotChatClient(
            provider.GetRequiredService<FoundryLocalManager>().Session, provider.GetRequiredService<IOptions<IngotHostOptions>>().Value.ChatModel));
        services.TryAddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(provider => new IngotEmbeddingGenerator(
            provider.GetRequiredService<FoundryLocalManager>().Session, provider.GetRequiredService<IOptions<IngotHostOptions>>().Value.EmbeddingModel));
        services.TryAddSingleton<IngotMeter>();
        services.AddHostedService<IngotStart>();
        services.AddHealthChecks().Add(new Diagnostics.HealthChecks.HealthCheckRegistration(
            "ingot", ActivatorUtilities.GetServiceOrCreateInstance<IngotHealthCheck>, failureStatus: null, tags: ["ready"]));
        return services;
    }
}
