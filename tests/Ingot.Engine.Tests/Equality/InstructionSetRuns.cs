using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Ingot.Testing;

namespace Ingot.Engine.Tests.Equality;

/// <summary>What x86-64 processors have, least first.</summary>
public enum InstructionSet
{
    None,
    Sse2,
    Sse42,
    Avx,
    Avx2,
    Avx512,
}

/// <summary>The same models' logits, computed by this very program in processes that may use fewer instructions.</summary>
public sealed class InstructionSetRuns : IDisposable
{
    private readonly TemporaryFolder _scratch = new();
    private readonly EqualityModels _models = new();
    private readonly Dictionary<string, Task<InstructionSetRun>> _runs = [];

    /// <summary>A run in which a switch of the runtime is off.</summary>
    /// <param name="without">The switch; null for none.</param>
    internal Task<InstructionSetRun> Of(string? without) =>
        _runs.TryGetValue(without ?? "", out Task<InstructionSetRun>? known) ? known : _runs[without ?? ""] = RunAsync(without);

    public void Dispose()
    {
        _models.Dispose();
        _scratch.Dispose();
    }

    // The models are made here, once: how a compiler's sums are rounded is not what is looked at.
    private Task<InstructionSetRun> RunAsync(string? without)
    {
        string folder = _scratch[without ?? "best"];
        Directory.CreateDirectory(folder);
        Dictionary<string, string> environment = without is null ? [] : new() { [without] = "0" };
        return InstructionSetRun.AskAsync(folder, EqualityModels.Names.ToDictionary(row => row.Data, row => _models.FolderOf(row.Data)), environment);
    }
}

/// <summary>What one process answered.</summary>
/// <param name="Set">The most of its instructions.</param>
/// <param name="Logits">All logits of each model.</param>
internal sealed record InstructionSetRun(InstructionSet Set, IReadOnlyDictionary<string, float[]> Logits)
{
    private const string FolderVariable = "INGOT_LOGITS_FOLDER";
    private const string ModelsVariable = "INGOT_LOGITS_MODELS";
    private const string SetFile = "set";

    /// <summary>Where this process is to write, if it has been asked.</summary>
    public static string? Asked => Environment.GetEnvironmentVariable(FolderVariable);

    /// <summary>Whether a · b + c is rounded once: with AVX2 comes FMA.</summary>
    public static bool RoundsOnce(InstructionSet set) => set >= InstructionSet.Avx2;

    /// <summary>The size of the difference, by the size of the first.</summary>
    public static double Distance(float[] expected, float[] actual) =>
        Math.Sqrt(expected.Zip(actual, (a, b) => Math.Pow((double)a - b, 2)).Sum() / expected.Sum(a => (double)a * a));

    /// <summary>Has another process compute.</summary>
    public static async Task<InstructionSetRun> AskAsync(string folder, IReadOnlyDictionary<string, string> models, IReadOnlyDictionary<string, string> environment)
    {
        ProgramRun run = await ProgramRun.DotnetAsync(
            typeof(InstructionSetRun).Assembly.Location,
            ["--filter-method", $"*{nameof(InstructionSetTests.Write_each_models_logits)}", "--explicit", "only"],
            environment: new Dictionary<string, string>(environment) { [FolderVariable] = folder, [ModelsVariable] = string.Join('\n', models.Values) });
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return new InstructionSetRun(
            Enum.Parse<InstructionSet>(await File.ReadAllTextAsync(Path.Combine(folder, SetFile))),
            models.Keys.Select((name, i) => (name, File.ReadAllBytes(PathOf(folder, i)))).ToDictionary(both => both.name, both => MemoryMarshal.Cast<byte, float>(both.Item2).ToArray()));
    }

    /// <summary>Computes what was asked for.</summary>
    /// <param name="logits">From a model's folder to its logits.</param>
    public static void Answer(Func<string, float[]> logits)
    {
        string folder = Asked!;
        string[] models = Environment.GetEnvironmentVariable(ModelsVariable)!.Split('\n');
        for (int i = 0; i < models.Length; i++)
            File.WriteAllBytes(PathOf(folder, i), MemoryMarshal.AsBytes(logits(models[i]).AsSpan()));
        File.WriteAllText(Path.Combine(folder, SetFile), Here.ToString());
    }

    private static InstructionSet Here =>
        Avx512F.IsSupported ? InstructionSet.Avx512
        : Avx2.IsSupported ? InstructionSet.Avx2
        : Avx.IsSupported ? InstructionSet.Avx
        : Sse42.IsSupported ? InstructionSet.Sse42
        : Sse2.IsSupported ? InstructionSet.Sse2
        : InstructionSet.None;

    private static string PathOf(string folder, int model) => Path.Combine(folder, $"{model}.logits");
}
