namespace Ingot.Compute.Execution.Operations;

/// <summary>What a member of the team spends its time on, as a profile tells it.</summary>
internal enum OperationKind
{
    /// <summary>Norms, rotary embedding, activations, quantising and what else goes over rows once.</summary>
    Rows,

    /// <summary>Products with matrices of weights.</summary>
    Product,

    /// <summary>Queries with cached keys and values.</summary>
    Attention,

    /// <summary>Nothing: others are not through with the phase.</summary>
    Waiting,
}
