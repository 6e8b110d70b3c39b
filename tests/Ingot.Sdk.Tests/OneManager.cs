using Microsoft.AI.Foundry.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Sdk.Tests;

/// <summary>A process has one manager at a time: classes of this collection take turns.</summary>
[CollectionDefinition(Name)]
public sealed class OneManager
{
    public const string Name = "One manager";

    /// <summary>Makes the manager; the test disposes it.</summary>
    public static Task CreateAsync() => FoundryLocalManager.CreateAsync(new Configuration { AppName = "ingot-tests" }, NullLogger.Instance);

    /// <summary>A model in memory.</summary>
    public static async Task<IModel> LoadAsync(string alias)
    {
        ICatalog catalog = await FoundryLocalManager.Instance.GetCatalogAsync();
        IModel model = (await catalog.GetModelAsync(alias))!;
        await model.DownloadAsync();
        await model.LoadAsync();
        return model;
    }
}
