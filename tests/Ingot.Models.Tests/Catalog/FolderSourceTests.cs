using Ingot.Models.Catalog;
using Ingot.Testing;

namespace Ingot.Models.Tests.Catalog;

public sealed class FolderSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Microsoft/Phi-4-mini-instruct-generic-cpu-4", "Phi-4-mini-instruct-generic-cpu:4", "Phi-4-mini-instruct", "Microsoft")]
    [InlineData("Microsoft/Phi-4-mini-instruct-generic-cpu-4/v4", "Phi-4-mini-instruct-generic-cpu:4", "Phi-4-mini-instruct", "Microsoft")]
    [InlineData("phi-4", "phi-4:0", "phi-4", null)]
    [InlineData("phi-4/v2", "phi-4:2", "phi-4", null)]
    [InlineData("qwen2.5-0.5b", "qwen2.5-0.5b:0", "qwen2.5-0.5b", null)]
    public async Task A_folder_is_named_by_its_place(string place, string id, string alias, string? publisher)
    {
        var path = _folder.AddModel(place);

        var entry = Assert.Single(await new FolderSource(_folder.Path).ListAsync(default));

        Assert.Equal((id, alias, publisher, path), (entry.Id, entry.Alias, entry.Publisher, entry.LocalPath));
        Assert.Equal(2048, entry.ContextLength);
        Assert.Equal(1, entry.FileSizeMb);
    }

    [Theory]
    [InlineData("My-Model-generic-cpu:7", "My-Model-generic-cpu:7")]
    [InlineData("My-Model", "My-Model:0")]
    [InlineData("", "folder:0")]
    [InlineData("\\ud800", "folder:0")]
    public async Task A_declared_name_counts_more_than_the_place(string declared, string id)
    {
        _folder.AddModel("folder", declared);

        Assert.Equal(id, Assert.Single(await new FolderSource(_folder.Path).ListAsync(default)).Id);
    }

    [Fact]
    public async Task An_unfinished_download_is_no_model()
    {
        _folder.AddModel("a");
        _folder.AddModel("b");
        _folder.Write("b/download.tmp", "");

        Assert.Equal("a:0", Assert.Single(await new FolderSource(_folder.Path).ListAsync(default)).Id);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"model":{"type":"\ud800"}}""")]
    [InlineData("""{"model":{"context_length":"many","decoder":{"session_options":{"provider_options":[{}]}}}}""")]
    public async Task A_damaged_configuration_is_listed_with_less(string config)
    {
        _folder.AddModel("a", config: config);

        var entry = Assert.Single(await new FolderSource(_folder.Path).ListAsync(default));

        Assert.Null(entry.ContextLength);
        Assert.Equal(ModelDevice.CPU, entry.DeviceType);
    }

    [Fact]
    public async Task The_first_provider_names_the_device()
    {
        _folder.AddModel("a", config: """{"model":{"type":"phi3","decoder":{"session_options":{"provider_options":[{"cuda":{}}]}}}}""");

        var entry = Assert.Single(await new FolderSource(_folder.Path).ListAsync(default));

        Assert.Equal((ModelDevice.GPU, "CUDAExecutionProvider"), (entry.DeviceType, entry.ExecutionProvider));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_lists_nothing() =>
        Assert.Empty(await new FolderSource(Path.Combine(_folder.Path, "none")).ListAsync(default));

    [Fact]
    public async Task The_shipped_model_is_found_beside_the_program()
    {
        Assert.Empty(await new BuiltInSource(_folder.Path).ListAsync(default));
        _folder.AddModel(BuiltInModel.Alias);

        var entry = Assert.Single(await new BuiltInSource(_folder.Path).ListAsync(default));

        Assert.Equal("ingot-tiny-chat:1", entry.Id);
        Assert.Equal("MIT", entry.License);
        Assert.Equal((2048, 2048, "chat-completion"), (entry.ContextLength, entry.MaxOutputTokens, entry.Task));
    }

    [Fact]
    public async Task The_shipped_embedding_model_is_listed_beside_the_chat_model_with_its_task()
    {
        _folder.AddModel(BuiltInModel.Alias);
        _folder.AddModel(BuiltInModel.EmbeddingAlias);

        var entries = await new BuiltInSource(_folder.Path).ListAsync(default);

        Assert.Equal(["ingot-tiny-chat:1", "ingot-tiny-embed:1"], entries.Select(entry => entry.Id));
        Assert.Equal(("embeddings", (long?)null, (bool?)null), (entries[1].Task, entries[1].MaxOutputTokens, entries[1].SupportsToolCalling));
    }

    [Fact]
    public async Task A_folder_with_pooling_is_one_for_embeddings()
    {
        _folder.AddModel("embedder", config: """{"model":{"type":"bert","context_length":512,"pooling":{"mode":"mean"}}}""");

        Assert.Equal("embeddings", Assert.Single(await new FolderSource(_folder.Path).ListAsync(default)).Task);
    }
}
