using BenchmarkDotNet.Attributes;
using Ingot.Text.Tokenizers;

namespace Ingot.Benchmarks.Tokenizers;

/// <summary>The shipped model's tokenizer on prose of a long prompt's size.</summary>
[MemoryDiagnoser]
public class TokenizerBenchmarks
{
    private readonly string _folder = BenchmarkTokenizer.ShippedFolder();
    private readonly string _text = Prose.Write(20_000, seed: 1);
    private Tokenizer? _tokenizer;
    private List<int> _ids = [];

    /// <summary>Loads the tokenizer.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _tokenizer = Tokenizer.Load(_folder);
        _ids = _tokenizer.Encode(_text, addSpecialTokens: false);
    }

    /// <summary>Reads the folder's files.</summary>
    [Benchmark]
    public Tokenizer Load() => Tokenizer.Load(_folder);

    /// <summary>20 000 characters to tokens.</summary>
    [Benchmark]
    public List<int> Encode() => _tokenizer!.Encode(_text, addSpecialTokens: false);

    /// <summary>The tokens to text, one by one.</summary>
    [Benchmark]
    public int Decode()
    {
        IncrementalDecoder decoder = _tokenizer!.CreateDecoder();
        int length = 0;
        foreach (int id in _ids)
            length += decoder.Append(id).Length;
        return length + decoder.Flush().Length;
    }
}
