using Ingot.Errors;
using Ingot.Service.Hosting;
using Ingot.Text.Constraints;

namespace Ingot.Service.Chat.Constraints;

/// <summary>
/// The constraints of one model's answers. What was worked out for a schema is kept for the next turns of the same scope that ask for the
/// same: the last <see cref="MaxKept"/> of them. Thread-safe.
/// </summary>
/// <param name="create">Arranges the model's tokens, when the first constraint is asked for.</param>
internal sealed class ModelConstraints(Func<ConstraintVocabulary> create)
{
    private const int MaxKept = 32;
    private readonly Lazy<ConstraintVocabulary> _vocabulary = new(create);
    private readonly Lock _lock = new();
    private readonly OrderedDictionary<(string? Scope, string Plan), TokenConstraint> _kept = [];

    /// <summary>The constraint of an answer.</summary>
    /// <param name="turn">What is asked.</param>
    /// <param name="plan">The grammars of its parts.</param>
    /// <param name="scope">For whom alone it is kept; null for all without one.</param>
    /// <param name="markup">The model's markers.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="IngotException">The grammar is too large.</exception>
    public TokenConstraint For(ChatTurn turn, AnswerPlan plan, string? scope, OutputMarkup markup, LoadedModel model)
    {
        var key = (scope, $"{plan.Key} {markup.Reasoning is not null} {markup.StartsInReasoning} {markup.StartsInCall} {markup.Format.Name}");
        lock (_lock)
        {
            if (_kept.Remove(key, out var known))
            {
                _kept.Add(key, known);
                return known;
            }
        }

        var constraint = new TokenConstraint(Compile(turn, plan, markup, model), _vocabulary.Value);
        lock (_lock)
        {
            _kept[key] = constraint;
            if (_kept.Count > MaxKept)
                _kept.RemoveAt(0);
        }

        return constraint;
    }

    private static CompiledGrammar Compile(ChatTurn turn, AnswerPlan plan, OutputMarkup markup, LoadedModel model)
    {
        CompiledGrammar Try(AnswerPlan tried)
        {
            var grammar = AnswerGrammar.Write(turn, tried, markup, marker => model.Tokenizer.FindToken(marker) is { } id && model.Tokenizer.IsAdded(id));
            return CompiledGrammar.Compile(grammar, param: turn.ResponseFormat.Field ?? "tools");
        }

        try
        {
            return Try(plan);
        }
        catch (IngotException) when (plan.Calls.Any(call => !call.IsStrict))
        {
            // Schemas that are not strict and too large together are the model's to follow.
            return Try(plan.Loosened());
        }
    }
}
