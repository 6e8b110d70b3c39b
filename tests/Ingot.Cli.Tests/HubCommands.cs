using Ingot.Models.Tests.Hub;

namespace Ingot.Cli.Tests;

/// <summary>Commands in a home folder of their own, whose hub is on this machine.</summary>
public abstract class HubCommands : IAsyncLifetime
{
    /// <summary>The hub's repository, as commands name it.</summary>
    private protected const string Model = "hf:acme/tiny";

    /// <summary>Where its model lies in the cache.</summary>
    private protected const string Finished = "acme/acme--tiny-0";

    /// <summary>The command.</summary>
    private protected Foundry Foundry { get; } = new();

    /// <summary>The hub.</summary>
    private protected TestHub Hub { get; private set; } = null!;

    /// <summary>Where models are kept.</summary>
    private protected string Cache => Path.Combine(Foundry.Home, ".foundry", "cache", "models");

    /// <summary>Where the repository's model is kept.</summary>
    private protected string Folder => Path.Combine([Cache, .. Finished.Split('/')]);

    public async ValueTask InitializeAsync()
    {
        Hub = await TestHub.StartAsync();
        Foundry.Variables["HF_ENDPOINT"] = Hub.Address.AbsoluteUri;
        Foundry.Variables["NO_PROXY"] = "127.0.0.1";
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Foundry.Dispose();
        GC.SuppressFinalize(this);
    }
}
