using System.Text.Json.Nodes;
using Ingot.Compute;
using Ingot.Compute.Execution.Encoders;
using Ingot.Engine.ModelFolders;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Compiler.Tests.Encoders;

/// <summary>DistilBERT is BERT without token types, by other names: the same weights under both names must give the same rows.</summary>
public sealed class DistilBertTests : IDisposable
{
    private static readonly (string Bert, string Distil)[] Names =
    [
        ("encoder.layer", "transformer.layer"), ("attention.self.query", "attention.q_lin"), ("attention.self.key", "attention.k_lin"),
        ("attention.self.value", "attention.v_lin"), ("attention.output.dense", "attention.out_lin"), ("attention.output.LayerNorm", "sa_layer_norm"),
        ("intermediate.dense", "ffn.lin1"), ("output.dense", "ffn.lin2"), ("output.LayerNorm", "output_layer_norm"),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("DistilBertModel", "", Precision.Fp32, 2e-5)]
    [InlineData("DistilBertForMaskedLM", "distilbert.", Precision.Fp32, 2e-5)]
    [InlineData("DistilBertForMaskedLM", "distilbert.", Precision.Int8, 0.1)]
    public void It_answers_as_the_bert_with_its_weights_does(string architecture, string prefix, Precision precision, double tolerance)
    {
        EncoderCheckpoint bert = BertWithoutTypes();
        var expected = EncoderCases.Texts.SelectMany(new ReferenceEncoder(bert).Run).SelectMany(row => row);

        GenAiConfig config = Compile(Distil(bert, architecture, prefix), precision);
        float[] actual = Run(config.Encoder!);

        Assert.Equal(("distilbert", 64, 100), (config.ModelType, config.ContextLength, config.VocabularySize));
        Assert.InRange(expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max(), 0, tolerance);
    }

    [Theory]
    [InlineData("activation", "\"silu\"", ErrorCode.ModelUnsupported, "activation")]
    [InlineData("n_heads", "5", ErrorCode.ModelInvalid, "dim")]
    [InlineData("hidden_dim", "0", ErrorCode.ModelInvalid, "hidden_dim")]
    [InlineData("n_layers", "3", ErrorCode.ModelInvalid, "transformer.layer.2")]
    public void What_is_wrong_is_refused_by_its_own_name(string field, string value, ErrorCode code, string named)
    {
        EncoderCheckpoint checkpoint = Distil(BertWithoutTypes(), "DistilBertModel", "");
        checkpoint.Config[field] = JsonNode.Parse(value);

        var refusal = Assert.Throws<IngotException>(() => Compile(checkpoint, Precision.Fp32));

        Assert.Equal(code, refusal.Code);
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    private static EncoderCheckpoint BertWithoutTypes()
    {
        EncoderCheckpoint bert = EncoderCheckpoint.Bert(seed: 29);
        Array.Clear(bert.Tensors["embeddings.token_type_embeddings.weight"].Values);
        return bert;
    }

    private static EncoderCheckpoint Distil(EncoderCheckpoint bert, string architecture, string prefix)
    {
        EncoderCheckpoint distil = EncoderCheckpoint.Bert();
        distil.Config.Clear();
        foreach (var (name, value) in (ReadOnlySpan<(string, JsonNode)>)
            [("dim", 48), ("hidden_dim", 80), ("n_layers", 2), ("n_heads", 3), ("max_position_embeddings", 64), ("vocab_size", 100), ("activation", "gelu"), ("pad_token_id", 0)])
        {
            distil.Config[name] = value;
        }

        distil.Config["architectures"] = new JsonArray(architecture);
        distil.Tensors.Clear();
        foreach (var (name, tensor) in bert.Tensors)
        {
            if (!name.Contains("token_type", StringComparison.Ordinal) && !name.StartsWith("pooler", StringComparison.Ordinal))
                distil.Tensors[prefix + Names.Aggregate(name, (text, pair) => text.Replace(pair.Bert, pair.Distil, StringComparison.Ordinal))] = tensor;
        }

        // The head of a masked language model stands beside the encoder.
        if (prefix.Length > 0)
            distil.Tensors["vocab_layer_norm.weight"] = ([48], new float[48]);
        return distil;
    }

    private GenAiConfig Compile(EncoderCheckpoint checkpoint, Precision precision)
    {
        ModelCompiler.Compile(
            new CompileRequest { SourceFolder = checkpoint.Write(_folder), OutputFolder = _folder["output"], Precision = precision, BlockSize = 16 }, null, CancellationToken.None);
        return ModelFolder.Open(_folder["output"]).Config;
    }

    private static float[] Run(EncoderDescription description)
    {
        using var executor = EncoderExecutor.Load(description, new ComputeOptions { ThreadCount = 2, MaxStepTokens = 1024 }, CancellationToken.None);
        var batch = new EncoderBatch();
        foreach (var text in EncoderCases.Texts)
            batch.Add(text, EncoderRows.All);
        var rows = new float[batch.RowCount * executor.HiddenSize];
        executor.Run(batch, rows);
        return rows;
    }
}
