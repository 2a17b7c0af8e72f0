using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>One account's registry in one region.</summary>
/// <param name="Account">The 12-digit account, which is also the registry's id.</param>
/// <param name="Region">The region.</param>
public sealed record RepositoriesState(string Account, string Region)
{
    /// <summary>The repositories by name, in ordinal order.</summary>
    public ImmutableSortedDictionary<string, Repository> Repositories { get; init; } =
        ImmutableSortedDictionary.Create<string, Repository>(StringComparer.Ordinal);

    /// <summary>The repository, or the refusal the API gives for a name it does not know.</summary>
    public Repository Get(string name) => Repositories.TryGetValue(name, out var repository)
        ? repository
        : throw new RefusedException(
            "RepositoryNotFoundException",
            $"The repository with name '{name}' does not exist in the registry with id '{Account}'");

    /// <summary>The name of a repository among all resources.</summary>
    public string ArnOf(string name) => $"arn:aws:ecr:{Region}:{Account}:repository/{name}";
}
