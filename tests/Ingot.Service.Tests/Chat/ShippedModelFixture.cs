using Ingot.Engine;
using Ingot.Engine.ModelFolders;
using Ingot.Models.Catalog;
using Ingot.Service.Hosting;
using Ingot.Testing;
using Ingot.Text.Tokenizers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Chat;

/// <summary>The shipped model, loaded once for the tests of a class.</summary>
public sealed class ShippedModelFixture : IDisposable
{
    public ShippedModelFixture()
    {
        var folder = ModelFolder.Open(ShippedModel.Folder);
        var options = new EngineOptions { Name = ShippedModel.Name };
        var entry = new ModelEntry { Name = ShippedModel.Name, Alias = ShippedModel.Name, Version = 1, Uri = "local://shipped", LocalPath = folder.Path };
        Model = new LoadedModel(
            entry, folder, Tokenizer.Load(folder.Path), InferenceEngine.Load(folder, options, NullLoggerFactory.Instance, CancellationToken.None));
    }

    public LoadedModel Model { get; }

    public void Dispose() => Model.Dispose();
}
