using Microsoft.AI.Foundry.Local.Abstractions;
using Microsoft.AI.Foundry.Local.Models;
using Microsoft.Extensions.AI;

namespace Microsoft.AI.Foundry.Local;

/// <summary>Models as .NET's own AI abstractions have them.</summary>
public static class ModelExtensions
{
    /// <summary>
    /// A chat client over the model, or over its selected variant. The model is loaded with the first request if it is not
    /// then, and stays as long as an idle model does; <see cref="IModel.LoadAsync"/> keeps it until it is unloaded. Functions
    /// are declared to the model; <c>UseFunctionInvocation</c> of Microsoft.Extensions.AI calls them.
    /// </summary>
    /// <param name="model">A model of a catalog.</param>
    /// <exception cref="ArgumentException">It is not of a catalog of this library.</exception>
    public static IChatClient AsChatClient(this IModel model)
    {
        ModelVariant variant = Variant(model);
        return new IngotChatClient(variant.Session, variant.Id);
    }

    /// <summary>A generator of vectors over the model, or over its selected variant; loaded as <see cref="AsChatClient"/> says.</summary>
    /// <param name="model">A model of a catalog.</param>
    /// <exception cref="ArgumentException">It is not of a catalog of this library.</exception>
    public static IEmbeddingGenerator<string, Embedding<float>> AsEmbeddingGenerator(this IModel model)
    {
        ModelVariant variant = Variant(model);
        return new IngotEmbeddingGenerator(variant.Session, variant.Id);
    }

    private static ModelVariant Variant(IModel model) => model switch
    {
        ModelVariant variant => variant,
        Model group => Variant(group.SelectedVariant),
        _ => throw new ArgumentException("The model is not of a catalog of this library. Get models from ICatalog.", nameof(model)),
    };
}
