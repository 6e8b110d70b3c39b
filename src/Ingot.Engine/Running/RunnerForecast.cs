using Ingot.Compute.Onnx.Inspection;
using Ingot.Engine.Acceleration;
using Ingot.Engine.ModelFolders;
using Ingot.Engine.Sessions;
using Ingot.Errors;
using Ingot.OnnxRuntime;

namespace Ingot.Engine.Running;

/// <summary>Tells, without loading it, what would compute a model.</summary>
public static class RunnerForecast
{
    /// <summary>Reads a folder's graph, no weights, and tells what a load would choose.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="runtime">What is asked for.</param>
    /// <returns>The runner and why; the runner is empty where nobody here would run it.</returns>
    public static RunnerFacts Of(ModelFolder folder, RuntimeOptions runtime)
    {
        RunnerFacts facts = Choose(folder, runtime);
        return runtime.Preface.Length == 0 ? facts : facts with { Reason = $"{runtime.Preface} {facts.Reason}" };
    }

    private static RunnerFacts Choose(ModelFolder folder, RuntimeOptions runtime)
    {
        if (runtime.Target is { } target)
            return WithLibrary(folder, runtime, target.Name, $"The execution provider '{target.Name}' is ONNX Runtime's.");
        if (runtime.Runner is RunnerPreference.OnnxRuntime)
            return WithLibrary(folder, runtime, RunnerFacts.Cpu, "ONNX Runtime is asked for.");
        string? refusal = folder.Config.Decoder is { } decoder ? GraphInspection.OwnRefusal(decoder) : GraphInspection.OwnRefusal(folder.Config.Encoder!);
        if (refusal is null)
        {
            return new RunnerFacts(RunnerFacts.Ingot, RunnerFacts.Cpu, "Ingot's own executor covers the graph.")
            {
                Acceleration = folder.Config is { Decoder: not null, Pooling: null } ? AccelerationChoice.Forecast(runtime) : null,
            };
        }

        return runtime.Runner is RunnerPreference.Ingot
            ? new RunnerFacts("", RunnerFacts.Cpu, refusal)
            : WithLibrary(folder, runtime, RunnerFacts.Cpu, $"Ingot's own executor does not run it: {refusal}");
    }

    private static RunnerFacts WithLibrary(ModelFolder folder, RuntimeOptions runtime, string provider, string reason)
    {
        OnnxRuntimeSearch search = runtime.Search();
        if (search.Library is not null && provider is RunnerFacts.Cpu && IsBFloat16(folder))
            return new RunnerFacts("", provider, $"{reason} Its graph {SessionOpening.BFloat16}.");
        return search.Library is null ? new RunnerFacts("", provider, $"{reason} {search.Reason}") : new RunnerFacts(RunnerFacts.OnnxRuntime, provider, reason);
    }

    private static bool IsBFloat16(ModelFolder folder)
    {
        try
        {
            return GraphInspection.HasBFloat16(folder.Config.Decoder?.OnnxPath ?? folder.Config.Encoder!.OnnxPath, folder.Path);
        }
        catch (IngotException)
        {
            return false;
        }
    }
}
