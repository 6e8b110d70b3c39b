using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Running;
using Ingot.OnnxRuntime;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests.Sessions;

/// <summary>What tests with ONNX Runtime have in common.</summary>
internal static class Native
{
    /// <summary>The library; without it the test that asks is skipped, with the reason.</summary>
    public static OnnxRuntimeLibrary Library()
    {
        Assert.SkipWhen(NativeRuntime.Library is null, NativeRuntime.Search.Reason);
        return NativeRuntime.Library!;
    }

    /// <summary>An engine with ONNX Runtime as its runner.</summary>
    public static InferenceEngine Engine(ModelFolder folder, EngineOptions options)
    {
        Library();
        return InferenceEngine.Load(folder, options with { Runtime = Runtime(RunnerPreference.OnnxRuntime) }, NullLoggerFactory.Instance, default);
    }

    public static RuntimeOptions Runtime(RunnerPreference preference) =>
        new() { Runner = preference, Library = new Lazy<OnnxRuntimeSearch>(() => NativeRuntime.Search) };

    /// <summary>Writes a decoder's folder, without a tokenizer.</summary>
    public static ModelFolder Write(TestDecoderOptions options, string folder)
    {
        DecoderDescription graph = TestDecoderGraphs.Write(options, folder);
        File.WriteAllText(Path.Combine(folder, "genai_config.json"), $$"""
            {
              "model": {
                "type": "test", "context_length": {{options.Positions}}, "vocab_size": {{options.Vocabulary}}, "eos_token_id": 0,
                "decoder": {
                  "filename": "{{Path.GetFileName(graph.OnnxPath)}}", "head_size": {{options.HeadSize}}, "num_attention_heads": {{options.QueryHeads}},
                  "num_hidden_layers": {{options.Layers}}, "num_key_value_heads": {{options.KvHeads}}
                }
              }
            }
            """);
        return ModelFolder.Open(folder);
    }

    /// <summary>How far two rows are apart, as a part of their size (root mean squares).</summary>
    public static double Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, size = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - actual[i], 2);
            size += Math.Pow(expected[i], 2);
        }
        return Math.Sqrt(difference / Math.Max(size, 1e-30));
    }
}
