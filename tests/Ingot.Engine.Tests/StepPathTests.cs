using System.Reflection;
using Ingot.Compute.Execution;
using Ingot.Compute.Threading;
using Ingot.Engine.Sampling.Masks;
using Ingot.Engine.Sessions;
using Ingot.Testing;

namespace Ingot.Engine.Tests;

/// <summary>What the code of a step calls, and what it does not: our own executor's step. What a library does in its own nobody here can say.</summary>
public sealed class StepPathTests
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Where a thread may take a lock, or go to sleep.</summary>
    private static readonly Type[] Locks =
    [
        typeof(Monitor), typeof(Lock), typeof(Mutex), typeof(Semaphore), typeof(SemaphoreSlim), typeof(SpinLock), typeof(ReaderWriterLock), typeof(ReaderWriterLockSlim),
        typeof(ManualResetEventSlim), typeof(CountdownEvent), typeof(Barrier), typeof(WaitHandle), typeof(EventWaitHandle), typeof(AutoResetEvent), typeof(ManualResetEvent),
        typeof(Task), typeof(Task<>), typeof(Lazy<>),
    ];

    /// <summary>Threads that have nothing to do sleep, and who has something for them wakes them.</summary>
    private static readonly string[] Sleepers =
    [
        "ThreadTeam.WaitForNext", "ThreadTeam.WakeUp", "MaskFinder.Begin", "MaskFinder.Run",
    ];

    private static readonly CallGraph Step = new(
        typeof(InferenceEngine).Assembly.GetTypes().Concat(typeof(DecoderExecutor).Assembly.GetTypes()).Where(type => type.Namespace != typeof(SessionRunner).Namespace),
        Method(typeof(InferenceEngine), "Plan"),
        Method(typeof(InferenceEngine), "Step"),
        Method(typeof(ThreadTeam), "Loop"),
        Method(typeof(MaskFinder), "Run"),
        Method(typeof(TokenQueue), nameof(TokenQueue.MoveNextAsync)));

    [Fact]
    public void A_step_takes_no_lock_on_any_thread()
    {
        string[] taken =
        [
            .. Step.Reached
                .Where(method => Locks.Contains(method.DeclaringType) && !method.IsConstructor)
                .Select(Step.PathTo)
                .Where(path => !Sleepers.Any(sleeper => path.Contains($"{sleeper} > ", StringComparison.Ordinal))),
            .. Step.Reached.Where(method => (method.MethodImplementationFlags & MethodImplAttributes.Synchronized) != 0).Select(Step.PathTo),
        ];

        Assert.True(taken.Length == 0, string.Join(Environment.NewLine, taken));
    }

    [Fact]
    public void The_whole_step_was_looked_at()
    {
        string[] reached = [.. Step.Reached.Select(method => $"{method.DeclaringType!.Name}.{method.Name}")];

        Assert.Superset(
            new HashSet<string>
            {
                "Scheduler.Schedule", "Scheduler.Complete", "Speculator.Guess", "StepChooser.Execute", "Sampler.TryChoose", "Generation.Deliver", "TokenQueue.Put", "TokenQueue.Execute",
                "ExecutorRunner.Step", "DecoderExecutor.Step", "ThreadTeam.Run", "ExecutionPlan.Execute", "ProductOperation.Execute", "AttentionItem.Execute", "WideProductOperation.Execute",
            },
            reached.ToHashSet());
        Assert.Contains("Monitor.Enter", new CallGraph([typeof(StepPathTests)], Method(typeof(StepPathTests), nameof(Locked))).Reached.Select(method => $"{method.DeclaringType!.Name}.{method.Name}"));
    }

    private static void Locked(object gate)
    {
        lock (gate)
        {
        }
    }

    private static MethodInfo Method(Type type, string name) => type.GetMethod(name, All) ?? throw new InvalidOperationException($"{type.Name} has no {name}.");
}
