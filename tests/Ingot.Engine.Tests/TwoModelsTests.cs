using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sampling;
using Ingot.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingot.Engine.Tests;

public sealed class TwoModelsTests
{
    private static readonly EngineOptions Options = new() { ThreadCount = 4, MaxSequences = 4, KvCacheBytes = 32 << 20, PrefixCache = false };

    [Fact]
    public async Task Models_that_compute_at_the_same_time_say_what_each_says_alone()
    {
        using InferenceEngine alone = Load(Options), first = Load(Options), second = Load(Options), third = Load(Options with { ThreadCount = 1 });
        GenerationRequest[] requests = [.. Enumerable.Range(0, 9).Select(i => Request(i, promptTokens: i % 3 == 0 ? 600 : 20))];

        List<List<TokenEvent>> expected = [];
        foreach (GenerationRequest request in requests)
            expected.Add(await alone.Generate(request, TestContext.Current.CancellationToken).Collect());
        InferenceEngine[] engines = [first, second, third];
        List<TokenEvent>[] answers = await Task.WhenAll(requests.Select((request, i) => engines[i / 3].Generate(request, TestContext.Current.CancellationToken).Collect()));

        for (int i = 0; i < requests.Length; i++)
            Assert.Equal(expected[i].Select(token => token.Token), answers[i].Select(token => token.Token));
    }

    private static InferenceEngine Load(EngineOptions options) =>
        InferenceEngine.Load(ModelFolder.Open(ShippedModel.Folder), options, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

    private static GenerationRequest Request(int seed, int promptTokens) => new()
    {
        Prompt = Some.Prompt(seed, promptTokens),
        MaxTokens = 60,
        IgnoreEndOfSequence = true,
        Sampling = new SamplingOptions { Temperature = 0 },
    };
}
