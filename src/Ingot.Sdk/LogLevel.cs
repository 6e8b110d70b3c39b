namespace Microsoft.AI.Foundry.Local;

/// <summary>How much is logged.</summary>
public enum LogLevel
{
    /// <summary>Everything.</summary>
    Verbose = 0,

    /// <summary>What helps to find a defect.</summary>
    Debug = 1,

    /// <summary>What normally happens.</summary>
    Information = 2,

    /// <summary>What may need attention.</summary>
    Warning = 3,

    /// <summary>What failed.</summary>
    Error = 4,

    /// <summary>What ends the process.</summary>
    Fatal = 5,
}
