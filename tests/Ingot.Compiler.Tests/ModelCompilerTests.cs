using System.Text.Json.Nodes;
using Ingot.Compiler.Tests.Support;
using Ingot.Compute.Onnx;
using Ingot.Errors;
using Ingot.Testing;

namespace Ingot.Compiler.Tests;

public sealed class ModelCompilerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Output => _folder["model"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_has_every_file_a_runtime_asks_for()
    {
        Compile(Checkpoint.Qwen2(), Precision.Int8);
        Assert.Equal(["LICENSE", "chat_template.jinja", "config.json", "genai_config.json", "generation_config.json", "inference_model.json",
            "model.onnx", "model.onnx.data", "tokenizer.json", "tokenizer_config.json"],
            Directory.EnumerateFiles(Output).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.Equal("{{ messages }}", File.ReadAllText(Path.Combine(Output, "chat_template.jinja")));
        Assert.Equal(["model", "source"], _folder.Names);
    }

    [Fact]
    public void A_configuration_is_checked_before_there_are_weights()
    {
        var config = _folder.Write("source/config.json", Checkpoint.Qwen2().Config.ToJsonString());

        ModelCompiler.Check(_folder["source"]);

        File.WriteAllText(config, Checkpoint.Qwen2().Config.ToJsonString().Replace("Qwen2ForCausalLM", "OtherForCausalLM", StringComparison.Ordinal));
        Assert.Equal(ErrorCode.ModelUnsupported, Assert.Throws<IngotException>(() => ModelCompiler.Check(_folder["source"])).Code);
        Assert.Equal(ErrorCode.ModelInvalid, Assert.Throws<IngotException>(() => ModelCompiler.Check(_folder.Path)).Code);
    }

    [Fact]
    public void The_configuration_says_what_the_checkpoint_says()
    {
        Compile(Checkpoint.Qwen2(), Precision.Fp32);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "genai_config.json")))!;
        Assert.Equal("qwen2", (string?)config["model"]!["type"]);
        Assert.Equal(64, (int)config["model"]!["context_length"]!);
        Assert.Equal([2, 3], config["model"]!["eos_token_id"]!.AsArray().Select(id => (int)id!));
        Assert.Equal(1, (int)config["model"]!["bos_token_id"]!);
        Assert.Equal(16, (int)config["model"]!["decoder"]!["head_size"]!);
        Assert.Equal("past_key_values.%d.key", (string?)config["model"]!["decoder"]!["inputs"]!["past_key_names"]);
        Assert.Equal(0.7, (double)config["search"]!["temperature"]!);
        Assert.Equal(20, (int)config["search"]!["top_k"]!);
        Assert.True((bool)config["search"]!["do_sample"]!);
    }

    [Theory]
    [InlineData(Precision.Fp32, "MatMul", "Gather", 1)]
    [InlineData(Precision.Fp16, "MatMul", "Gather", 10)]
    [InlineData(Precision.Int8, "MatMulNBits", "GatherBlockQuantized", 1)]
    [InlineData(Precision.Int4, "MatMulNBits", "GatherBlockQuantized", 1)]
    public void The_graph_has_the_operators_and_names_of_its_precision(Precision precision, string product, string lookup, int type)
    {
        var graph = CompileGraph(Checkpoint.Qwen2(), precision, blockSize: 16);
        Assert.Equal(["attention_mask", "input_ids", "past_key_values.0.key", "past_key_values.0.value", "past_key_values.1.key", "past_key_values.1.value"],
            graph.Input.Select(input => input.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["logits", "present.0.key", "present.0.value", "present.1.key", "present.1.value"],
            graph.Output.Select(output => output.Name).Order(StringComparer.Ordinal));
        Assert.Equal(type, graph.Output[0].Type.TensorType.ElemType);
        Assert.Equal(15, graph.Node.Count(node => node.OpType == product));
        Assert.Equal(2, graph.Node.Count(node => node.OpType == "GroupQueryAttention"));
        Assert.Equal(4, graph.Node.Count(node => node.OpType == "SkipSimplifiedLayerNormalization"));
        Assert.Single(graph.Node, node => node.OpType == "SimplifiedLayerNormalization");
        Assert.Single(graph.Node, node => node.OpType == lookup && node.Input[1] == "input_ids");
        var known = graph.Input.Select(input => input.Name).Concat(graph.Initializer.Select(tensor => tensor.Name)).ToHashSet();
        Assert.Equal(known.Count, graph.Input.Count + graph.Initializer.Count);
        foreach (var node in graph.Node)
        {
            Assert.All(node.Input, input => Assert.Contains(input, known));
            Assert.All(node.Output.Where(output => output.Length > 0), output => Assert.True(known.Add(output), output));
        }
        Assert.All(graph.Output, output => Assert.Contains(output.Name, known));
    }

    [Fact]
    public void Weights_lie_apart_and_inside_their_file()
    {
        var graph = CompileGraph(Checkpoint.Llama(), Precision.Int4, blockSize: 16);
        var length = new FileInfo(Path.Combine(Output, "model.onnx.data")).Length;
        long end = 0;
        foreach (var tensor in graph.Initializer.Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External))
        {
            var place = tensor.ExternalData.ToDictionary(pair => pair.Key, pair => pair.Value);
            Assert.Equal("model.onnx.data", place["location"]);
            Assert.True(long.Parse(place["offset"]) >= end);
            Assert.Equal(0, long.Parse(place["offset"]) % 64);
            var bytes = tensor.Dims.Aggregate(1L, (product, dimension) => product * dimension) * (tensor.DataType == (int)OnnxDataType.UInt8 ? 1 : 4);
            Assert.Equal(bytes, long.Parse(place["length"]));
            end = long.Parse(place["offset"]) + bytes;
        }
        Assert.Equal(length, end);
    }

    [Fact]
    public void A_width_that_is_no_whole_number_of_blocks_is_padded_and_looked_up_in_full()
    {
        var graph = CompileGraph(Checkpoint.Qwen2(), Precision.Int4, blockSize: 64);
        var weight = Assert.Single(graph.Initializer, tensor => tensor.Name == "model.layers.0.attn.q_proj.MatMul.weight_Q4G64");
        Assert.Equal([96, 2, 32], weight.Dims);
        Assert.Contains(graph.Node, node => node.OpType == "Gather" && node.Input[1] == "input_ids");
        Assert.DoesNotContain(graph.Node, node => node.OpType == "GatherBlockQuantized");
    }

    [Fact]
    public void A_tied_head_is_stored_once()
    {
        var graph = CompileGraph(Checkpoint.Qwen2(), Precision.Int4, blockSize: 16);
        Assert.Single(graph.Initializer, tensor => tensor.Dims.Count > 1 && tensor.Dims[0] == 100 && tensor.DataType == (int)OnnxDataType.UInt8);
    }

    [Fact]
    public void Shards_and_one_file_make_the_same_model()
    {
        Compile(Checkpoint.Llama(), Precision.Int8);
        var whole = File.ReadAllBytes(Path.Combine(Output, "model.onnx.data"));
        Directory.Delete(_folder["source"], recursive: true);
        var source = Checkpoint.Llama().Write(_folder, name => name.Contains("mlp", StringComparison.Ordinal) ? "model-2.safetensors" : "model-1.safetensors");
        ModelCompiler.Compile(new CompileRequest { SourceFolder = source, OutputFolder = Output, Precision = Precision.Int8, Overwrite = true }, null, CancellationToken.None);
        Assert.Equal(whole, File.ReadAllBytes(Path.Combine(Output, "model.onnx.data")));
        Assert.Equal(["model", "source"], _folder.Names);
    }

    [Fact]
    public void Progress_ends_at_the_total()
    {
        var reports = new List<CompileProgress>();
        var result = Compile(Checkpoint.Llama(), Precision.Int4, new Recorder(reports));
        Assert.Equal(reports.Select(report => report.WrittenBytes).Order(), reports.Select(report => report.WrittenBytes));
        Assert.Equal(result.WeightBytes, reports[^1].WrittenBytes);
        Assert.All(reports, report => Assert.Equal(result.WeightBytes, report.TotalBytes));
    }

    [Fact]
    public void Cancelling_leaves_nothing_behind()
    {
        using var cancellation = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => ModelCompiler.Compile(
            new CompileRequest { SourceFolder = Checkpoint.Llama().Write(_folder), OutputFolder = Output }, new Canceller(cancellation), cancellation.Token));
        Assert.Equal(["source"], _folder.Names);
    }

    [Fact]
    public void An_output_folder_that_is_not_empty_is_left_alone()
    {
        var source = Checkpoint.Llama().Write(_folder);
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "mine.txt"), "mine");
        foreach (var overwrite in (ReadOnlySpan<bool>)[false, true])
        {
            var request = new CompileRequest { SourceFolder = source, OutputFolder = Output, Overwrite = overwrite };
            Assert.Equal(ErrorCode.InvalidValue, Assert.Throws<IngotException>(() => ModelCompiler.Compile(request, null, CancellationToken.None)).Code);
            Assert.Equal(["mine.txt"], Directory.EnumerateFiles(Output).Select(path => Path.GetFileName(path)));
        }
    }

    [Fact]
    public void The_source_is_never_overwritten()
    {
        var source = Checkpoint.Llama().Write(_folder);
        File.WriteAllText(Path.Combine(source, "genai_config.json"), "{}");
        foreach (var output in (ReadOnlySpan<string>)[source, _folder.Path])
        {
            var error = Assert.Throws<IngotException>(() => ModelCompiler.Compile(
                new CompileRequest { SourceFolder = source, OutputFolder = output, Overwrite = true }, null, CancellationToken.None));
            Assert.Contains("holds the folder that is compiled", error.Message, StringComparison.Ordinal);
        }
        Assert.True(File.Exists(Path.Combine(source, "model.safetensors")));
    }

    [Fact]
    public void Random_weights_are_the_same_for_the_same_seed_and_can_be_chatted_with()
    {
        var config = _folder["shape.json"];
        File.WriteAllText(config, Checkpoint.Qwen2(extra: "\"initializer_range\":0.02,").Config.ToJsonString().Replace("\"vocab_size\":100", "\"vocab_size\":300", StringComparison.Ordinal));
        var models = new List<byte[]>();
        foreach (var (name, seed) in (ReadOnlySpan<(string, ulong)>)[("a", 1), ("b", 1), ("c", 2)])
        {
            ModelCompiler.Compile(new CompileRequest { RandomWeightsConfig = config, OutputFolder = _folder[name], Seed = seed }, null, CancellationToken.None);
            models.Add(File.ReadAllBytes(Path.Combine(_folder[name], "model.onnx.data")));
        }
        Assert.Equal(models[0], models[1]);
        Assert.NotEqual(models[0], models[2]);
        var tokenizer = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder["a"], "tokenizer.json")))!;
        Assert.Equal(256, tokenizer["model"]!["vocab"]!.AsObject().Count);
        Assert.Equal(32, (int)tokenizer["model"]!["vocab"]!["Ġ"]!);
        Assert.True(File.Exists(Path.Combine(_folder["a"], "chat_template.jinja")));
    }

    private CompileResult Compile(Checkpoint checkpoint, Precision precision, IProgress<CompileProgress>? progress = null, int blockSize = 32) =>
        ModelCompiler.Compile(new CompileRequest { SourceFolder = checkpoint.Write(_folder), OutputFolder = Output, Precision = precision, BlockSize = blockSize }, progress, CancellationToken.None);

    private GraphProto CompileGraph(Checkpoint checkpoint, Precision precision, int blockSize)
    {
        Compile(checkpoint, precision, blockSize: blockSize);
        return ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Output, "model.onnx"))).Graph;
    }

    private sealed class Recorder(List<CompileProgress> reports) : IProgress<CompileProgress>
    {
        public void Report(CompileProgress value) => reports.Add(value);
    }

    private sealed class Canceller(CancellationTokenSource cancellation) : IProgress<CompileProgress>
    {
        public void Report(CompileProgress value) => cancellation.Cancel();
    }
}
