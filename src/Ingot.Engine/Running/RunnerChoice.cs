using Ingot.Errors;
using Ingot.OnnxRuntime;
using Microsoft.Extensions.Logging;

namespace Ingot.Engine.Running;

/// <summary>Loads a model with the runner that is to compute it. Never another one than was asked for without saying so.</summary>
/// <typeparam name="T">What a runner is to the caller.</typeparam>
/// <param name="name">What logs call the model.</param>
/// <param name="runtime">What was asked for.</param>
/// <param name="logger">Told of the choice.</param>
internal sealed class RunnerChoice<T>(string name, RuntimeOptions runtime, ILogger logger)
    where T : class
{
    /// <summary>Loads the model.</summary>
    /// <param name="own">With Ingot's own executor.</param>
    /// <param name="session">With ONNX Runtime, on a provider or, with null, on the CPU.</param>
    /// <exception cref="IngotException">ModelUnsupported: nobody here runs it, with each one's reason; whatever a load throws.</exception>
    public (T Runner, RunnerFacts Facts) Load(Func<T> own, Func<OnnxRuntimeLibrary, ExecutionTarget?, T> session)
    {
        var (runner, facts) = runtime.Preface.Length == 0 ? Choose(own, session) : ChooseWithPreface(own, session);
        logger.RunnerChosen(name, facts.Runner, facts.Provider, facts.Reason);
        return (runner, facts);
    }

    private (T Runner, RunnerFacts Facts) ChooseWithPreface(Func<T> own, Func<OnnxRuntimeLibrary, ExecutionTarget?, T> session)
    {
        try
        {
            var (runner, facts) = Choose(own, session);
            return (runner, facts with { Reason = $"{runtime.Preface} {facts.Reason}" });
        }
        catch (IngotException refusal) when (refusal.Code is ErrorCode.ModelUnsupported)
        {
            throw new IngotException(refusal.Code, $"{runtime.Preface} {refusal.Message}", refusal.Param, refusal);
        }
    }

    private (T Runner, RunnerFacts Facts) Choose(Func<T> own, Func<OnnxRuntimeLibrary, ExecutionTarget?, T> session) =>
        runtime.Target is null ? OnCpu(own, session, "") : OnTarget(own, session, runtime.Target);

    private (T Runner, RunnerFacts Facts) OnTarget(Func<T> own, Func<OnnxRuntimeLibrary, ExecutionTarget?, T> session, ExecutionTarget target)
    {
        if (runtime.Runner is RunnerPreference.Ingot)
            throw new IngotException(ErrorCode.InvalidValue, $"The runner 'ingot' computes on the CPU, not on '{target.Name}'.", "runner");
        try
        {
            return (session(RequireLibrary(), target), new RunnerFacts(RunnerFacts.OnnxRuntime, target.Name, $"The execution provider '{target.Name}' is ONNX Runtime's."));
        }
        catch (IngotException failure) when (failure.Code is ErrorCode.ModelUnsupported && runtime.FallBackToCpu)
        {
            logger.FellBack(name, target.Name, failure.Message);
            return OnCpu(own, session, $"'{target.Name}' failed ({failure.Message.TrimEnd('.')}) and the CPU may stand in. ");
        }
    }

    private (T Runner, RunnerFacts Facts) OnCpu(Func<T> own, Func<OnnxRuntimeLibrary, ExecutionTarget?, T> session, string because)
    {
        if (runtime.Runner is RunnerPreference.OnnxRuntime)
            return (session(RequireLibrary(), null), new RunnerFacts(RunnerFacts.OnnxRuntime, RunnerFacts.Cpu, $"{because}ONNX Runtime was asked for."));
        try
        {
            T runner = own();
            string reason = runtime.Runner is RunnerPreference.Ingot ? "Ingot's own executor was asked for." : "Ingot's own executor covers the graph.";
            return (runner, new RunnerFacts(RunnerFacts.Ingot, RunnerFacts.Cpu, because + reason));
        }
        catch (IngotException refusal) when (refusal.Code is ErrorCode.ModelUnsupported && runtime is { Runner: RunnerPreference.Auto, Library: not null })
        {
            return (Instead(refusal, session), new RunnerFacts(RunnerFacts.OnnxRuntime, RunnerFacts.Cpu, $"{because}Ingot's own executor does not run it: {refusal.Message}"));
        }
    }

    private T Instead(IngotException refusal, Func<OnnxRuntimeLibrary, ExecutionTarget?, T> session)
    {
        OnnxRuntimeSearch search = runtime.Library!.Value;
        if (search.Library is null)
            throw new IngotException(ErrorCode.ModelUnsupported, $"{refusal.Message} ONNX Runtime may run it, but: {search.Reason}", inner: refusal);
        try
        {
            return session(search.Library, null);
        }
        catch (IngotException failure) when (failure.Code is ErrorCode.ModelUnsupported)
        {
            throw new IngotException(ErrorCode.ModelUnsupported, $"{refusal.Message} Nor does ONNX Runtime run it: {failure.Message}", inner: failure);
        }
    }

    private OnnxRuntimeLibrary RequireLibrary()
    {
        OnnxRuntimeSearch search = runtime.Search();
        return search.Library ?? throw new IngotException(ErrorCode.ModelUnsupported, $"ONNX Runtime is to run this model, but: {search.Reason}");
    }
}
