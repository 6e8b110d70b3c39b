using Ingot.Compiler;
using Ingot.Errors;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Service.Tests.Hosting;

public sealed class ModelLoaderTests : IDisposable
{
    private const string Name = "random-model";

    private const string Shape = """
        {"architectures":["LlamaForCausalLM"],"hidden_size":64,"intermediate_size":128,"num_hidden_layers":2,"num_attention_heads":2,
         "num_key_value_heads":1,"head_dim":32,"max_position_embeddings":128,"vocab_size":512,"rms_norm_eps":1e-5,"rope_theta":10000.0,
         "hidden_act":"silu","tie_word_embeddings":false,"bos_token_id":257,"eos_token_id":258}
        """;

    private readonly TemporaryFolder _folder = new();

    public ModelLoaderTests() => ModelCompiler.Compile(
        new CompileRequest { RandomWeightsConfig = _folder.Write("shape.json", Shape), OutputFolder = Path.Combine(_folder["models"], Name), Precision = Precision.Int4 },
        progress: null,
        CancellationToken.None);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true, false, "tokenizer.json")]
    [InlineData(false, true, "model.onnx.data")]
    [InlineData(true, true, "tokenizer.json")]
    public async Task What_is_wrong_with_the_tokenizer_is_said_before_what_is_wrong_with_the_weights(bool breakTokenizer, bool breakWeights, string named)
    {
        if (breakTokenizer)
            File.WriteAllText(FileOf("tokenizer.json"), "{");
        if (breakWeights)
            File.WriteAllText(FileOf("model.onnx.data"), "short");
        await using var services = Services();

        var refusal = await Assert.ThrowsAsync<IngotException>(() => services.Models.AcquireAsync(Name));

        Assert.Equal((ErrorCode.ModelInvalid, "model"), (refusal.Code, refusal.Param));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(services.Models.States);
    }

    [Fact]
    public async Task A_model_has_its_tokenizer_when_it_is_there()
    {
        await using var services = Services();
        using var lease = await services.Models.AcquireAsync(Name);
        Assert.NotEmpty(lease.Model.Tokenizer.Encode("read beside the weights", addSpecialTokens: false));
    }

    private IngotServices Services() => IngotServices.Create(
        new IngotOptions { ModelCacheDirectory = _folder["cache"], CatalogPaths = [_folder["models"]], ThreadCount = 2, KvCacheMegabytes = 16 }, NullLoggerFactory.Instance);

    private string FileOf(string name) => Path.Combine(_folder["models"], Name, name);
}
