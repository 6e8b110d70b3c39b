using Ingot.Compute.Execution.Operations;

namespace Ingot.Compute.Execution;

/// <summary>Gathers operations into as few phases as their dependencies allow. Between phases all members of the team meet.</summary>
internal static class PhasePlan
{
    /// <summary>The phases in order, each with its operations in the program's order.</summary>
    public static Operation[][] Arrange(IReadOnlyList<Operation> operations)
    {
        var phaseOf = new int[operations.Count];
        var touchedBy = new Dictionary<object, List<int>>(ReferenceEqualityComparer.Instance);
        var phases = new List<List<Operation>>();
        for (var i = 0; i < operations.Count; i++)
        {
            var operation = operations[i];
            var phase = 0;
            foreach (var resource in operation.Accesses.Select(access => access.Resource).Distinct())
            {
                if (!touchedBy.TryGetValue(resource, out var earlier))
                    touchedBy[resource] = earlier = [];
                foreach (var other in earlier)
                {
                    if (operations[other].MustPrecede(operation))
                        phase = Math.Max(phase, operations[other].MayShareCoreWith(operation) ? phaseOf[other] : phaseOf[other] + 1);
                }

                earlier.Add(i);
            }

            phaseOf[i] = phase;
            while (phases.Count <= phase)
                phases.Add([]);
            phases[phase].Add(operation);
        }

        return [.. phases.Select(phase => phase.ToArray())];
    }
}
