namespace Microsoft.AI.Foundry.Local.Hosting;

/// <summary>How a host uses Ingot. What is not said here is as Ingot's configuration file and environment variables have it.</summary>
public sealed class IngotHostOptions
{
    /// <summary>The application's name: fit for a file name. Default <c>ingot</c>.</summary>
    public string AppName { get; set; } = "ingot";

    /// <summary>As <see cref="Configuration.ModelCacheDir"/>.</summary>
    public string? ModelCacheDir { get; set; }

    /// <summary>A service that runs, to use instead of this process; default none.</summary>
    public Uri? ExternalUrl { get; set; }

    /// <summary>The alias, name or id of the model behind the registered chat client. Default <c>ingot-tiny-chat</c>, which comes with Ingot.</summary>
    public string ChatModel { get; set; } = "ingot-tiny-chat";

    /// <summary>The alias, name or id of the model behind the registered embedding generator. Default <c>ingot-tiny-embed</c>, which comes with Ingot.</summary>
    public string EmbeddingModel { get; set; } = "ingot-tiny-embed";

    /// <summary>
    /// Models, by alias, that are in memory before the host counts as started, and for whose sake it is not ready otherwise.
    /// Default none: models are loaded with the first request for them.
    /// </summary>
    public IList<string> Preload { get; } = [];

    /// <summary>Whether models of <see cref="Preload"/> that are not on this machine are downloaded. Default false: the host does not start without them.</summary>
    public bool Download { get; set; }

    /// <summary>As <see cref="Configuration.AdditionalSettings"/>.</summary>
    public IDictionary<string, string> AdditionalSettings { get; } = new Dictionary<string, string>();

    /// <summary>The same as a configuration; checked.</summary>
    /// <exception cref="ArgumentException">A field cannot be used.</exception>
    internal Configuration ToConfiguration()
    {
        var configuration = new Configuration
        {
            AppName = AppName,
            ModelCacheDir = ModelCacheDir,
            AdditionalSettings = AdditionalSettings,
            Web = ExternalUrl is null ? null : new Configuration.WebService { ExternalUrl = ExternalUrl },
        };
        configuration.Validate();
        return configuration;
    }
}
