using System.Globalization;
using Betalgo.Ranul.OpenAI.ObjectModels.RequestModels;
using Ingot.Testing;
using Microsoft.AI.Foundry.Local;

namespace Ingot.Sdk.Tests;

/// <summary>A program that begins and ends with a model again and again. INGOT_SDK_CYCLES says how often; 14 times by default.</summary>
[Collection(AloneInTheProcess.Name)]
public sealed class CycleTests
{
    private const int Settled = 10;

    [Fact]
    public async Task Memory_stays_what_it_was_after_the_tenth_life()
    {
        int cycles = int.Parse(Environment.GetEnvironmentVariable("INGOT_SDK_CYCLES") ?? "14", CultureInfo.InvariantCulture);
        using var folder = new TemporaryFolder();
        long tenth = 0;
        for (int cycle = 1; cycle <= cycles; cycle++)
        {
            await LiveAsync(folder.Path);
            if (cycle == Settled)
                tenth = Used();
            if (cycle % 100 == 0)
                TestContext.Current.TestOutputHelper!.WriteLine($"{cycle}: {Used() >> 10} KiB, {Threads()} threads");
        }

        long last = Used();
        TestContext.Current.TestOutputHelper!.WriteLine($"After {Settled}: {tenth >> 10} KiB, after {cycles}: {last >> 10} KiB, {Threads()} threads");
        Assert.True(last < tenth * 1.1, $"{tenth >> 10} KiB after {Settled} cycles, {last >> 10} KiB after {cycles}");
    }

    private static async Task LiveAsync(string folder)
    {
        using FoundryLocalManager manager = OwnManager.Create(folder);
        IModel model = (await (await manager.GetCatalogAsync()).GetModelAsync(ShippedModel.Name))!;
        await model.LoadAsync();
        OpenAIChatClient client = await model.GetChatClientAsync();
        client.Settings.MaxTokens = 4;
        Assert.NotEmpty((await client.CompleteChatAsync([ChatMessage.FromUser(ShippedModel.Question)])).Choices);
        await model.UnloadAsync();
    }

    private static long Used()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }

    private static int Threads() => System.Diagnostics.Process.GetCurrentProcess().Threads.Count;
}

/// <summary>What others do at the same time would count.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneInTheProcess
{
    public const string Name = "Alone in the process";
}
