using Ingot.Compiler;
using Ingot.Testing;

namespace Ingot.Server.Tests.Embeddings;

/// <summary>A small encoder with random weights and a tokenizer of the 256 bytes, made by the compiler.</summary>
internal static class TestEncoder
{
    /// <summary>Its name and folder's name.</summary>
    public const string Name = "test-encoder";

    /// <summary>Numbers in its vectors.</summary>
    public const int Width = 64;

    /// <summary>The most bytes of a text.</summary>
    public const int ContextLength = 128;

    /// <summary>Makes it in a folder.</summary>
    public static void Make(TemporaryFolder folder, string place) => ModelCompiler.Compile(
        new CompileRequest
        {
            RandomWeightsConfig = folder.Write("encoder.json", $$"""
                {"architectures":["BertModel"],"hidden_size":{{Width}},"intermediate_size":128,"num_hidden_layers":2,"num_attention_heads":4,
                 "max_position_embeddings":{{ContextLength}},"type_vocab_size":2,"vocab_size":300,"hidden_act":"gelu"}
                """),
            OutputFolder = Path.Combine(folder.Path, place, Name),
            Precision = Precision.Int8,
        },
        progress: null,
        CancellationToken.None);
}
