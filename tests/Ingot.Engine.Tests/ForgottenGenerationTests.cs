using System.Diagnostics;
using System.Runtime.CompilerServices;
using Ingot.Engine.Sampling;
using Ingot.Testing;

namespace Ingot.Engine.Tests;

public sealed class ForgottenGenerationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task An_engine_that_waits_holds_on_to_nothing_of_the_answers_it_gave(int together)
    {
        using InferenceEngine engine = InferenceEngineTests.Start(new FakeRunner());
        WeakReference[] constraints = [.. await Answer(engine, together)];

        // The engine's thread may be at the end of its last step, and kept from its core there.
        long began = Stopwatch.GetTimestamp();
        while (constraints.Any(constraint => constraint.IsAlive) && Stopwatch.GetElapsedTime(began) < Waits.Longest)
        {
            await Task.Yield();
            GC.Collect();
        }

        Assert.All(constraints, constraint => Assert.False(constraint.IsAlive));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<List<WeakReference>> Answer(InferenceEngine engine, int together)
    {
        List<WeakReference> constraints = [];
        GenerationRequest request = InferenceEngineTests.Greedy([1, 2, 3], 20) with
        {
            Constraint = () =>
            {
                var constraint = new AnyToken();
                constraints.Add(new WeakReference(constraint));
                return constraint;
            },
        };
        await Task.WhenAll(engine.Generate(request, together, default).Select(answer => answer.Collect()));
        return constraints;
    }

    private sealed class AnyToken : ITokenConstraint
    {
        public bool CanContinue => true;

        public bool IsMaskKnown => true;

        public void FindMask()
        {
        }

        public void FillMask(Span<ulong> allowed) => allowed.Fill(ulong.MaxValue);

        public void Advance(int token)
        {
        }

        public IReadOnlyList<int> TakeForced(int limit) => [];

        public int FitGuess(Span<int> guess, int count, out int certain)
        {
            certain = 0;
            return count;
        }
    }
}
