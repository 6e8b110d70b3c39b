using Ingot.Errors;

namespace Microsoft.AI.Foundry.Local;

/// <summary>The one door through which what the services refuse becomes this library's exception.</summary>
internal static class Refusals
{
    /// <summary>Runs an operation and translates its refusal.</summary>
    public static async Task TranslateAsync(Func<Task> operation)
    {
        try
        {
            await operation();
        }
        catch (IngotException refusal)
        {
            throw new FoundryLocalException(refusal.Message, refusal);
        }
    }

    /// <summary>Runs an operation and translates its refusal.</summary>
    public static async Task<T> TranslateAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (IngotException refusal)
        {
            throw new FoundryLocalException(refusal.Message, refusal);
        }
    }
}
