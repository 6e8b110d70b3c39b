using System.Diagnostics;
using Ingot.Compute.Execution;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sessions;
using Ingot.Errors;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Engine.Tests.Sessions;

/// <summary>Two hundred damaged and hostile models: each runner runs them or refuses them, and the process lives on and stays of its size.</summary>
public sealed class MutatedModelTests : IDisposable
{
    // What a session of a tiny model may claim at most is a GiB; other tests run beside.
    private const long MostGrowth = 5L << 29;

    private readonly TemporaryFolder _scratch = new();

    [Fact]
    public void Our_own_executor_runs_or_refuses_them() => Check("own", folder => ExecutorRunner.Load(folder, Options, default));

    [Fact]
    public void OnnxRuntime_runs_them_or_they_are_refused()
    {
        Native.Library();
        Check("session", folder => SessionRunner.Load(folder, Options, Native.Library(), null));
    }

    public void Dispose() => _scratch.Dispose();

    private static EngineOptions Options => new() { MaxSequences = 2, ThreadCount = 1, KvCacheBytes = 1 << 20 };

    private void Check(string kind, Func<ModelFolder, IModelRunner> load)
    {
        ModelFolder fused = Native.Write(new TestDecoderOptions { Architecture = TestArchitecture.Qwen2 }, Folder($"{kind}-fused"));
        string plainPath = Folder($"{kind}-plain");
        new TestPlainDecoder().Write(plainPath);
        ModelFolder plain = ModelFolder.Open(plainPath);
        int count = 0, ran = 0;
        long before = PeakBytes();
        foreach ((ModelFolder folder, string name, byte[] model) in ModelMutations.OfFused().Select(m => (fused, m.Name, m.Model)).Concat(ModelMutations.OfPlain().Select(m => (plain, m.Name, m.Model))))
        {
            count++;
            // Should the process die all the same, this says of what.
            File.WriteAllText(Path.Combine(Path.GetTempPath(), $"ingot-mutation-{kind}"), name);
            File.WriteAllBytes(folder.Config.Decoder!.OnnxPath, model);
            ran += Survives(name, () => load(folder)) ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {ran} of {count} ran");
        long growth = PeakBytes() - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}: {growth >> 20} MiB more at most");
        Assert.True(count >= 200, $"{count}");
        Assert.True(growth < MostGrowth, $"{growth} bytes more");
        Assert.True(ran < count / 2, $"{ran} of {count} ran");
    }

    private static long PeakBytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static bool Survives(string name, Func<IModelRunner> load)
    {
        try
        {
            using IModelRunner runner = load();
            var batch = new StepBatch();
            batch.AddSequence([1, 2, 3], 0, new[] { 0 }, 1);
            runner.Step(batch, new float[runner.VocabularySize]);
            return true;
        }
        catch (IngotException)
        {
            return false;
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{name}: {exception}");
            throw;
        }
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(_scratch.Path, name)).FullName;
}
