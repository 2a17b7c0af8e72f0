using System.Diagnostics;

namespace Berth.Domain;

/// <summary>The consistency boundary of one account's registry in one region; its stream is <c>repositories/ACCOUNT/REGION</c>.</summary>
public sealed class RepositoriesAggregate(string account, string region)
    : Aggregate<RepositoriesState, RepositoriesEvent>(new RepositoriesState(account, region))
{
    /// <inheritdoc/>
    public override void Apply(RepositoriesEvent fact) => State = fact switch
    {
        RepositoriesEvent.RepositoryCreated created => State with
        {
            Repositories = State.Repositories.SetItem(created.Repository, new Repository
            {
                Name = created.Repository,
                Arn = State.ArnOf(created.Repository),
                CreatedAt = created.At,
                TagMutability = created.TagMutability,
                ScanOnPush = created.ScanOnPush,
                Encryption = created.Encryption,
                ResourceTags = created.ResourceTags,
            }),
        },
        RepositoriesEvent.RepositoryDeleted => State with { Repositories = State.Repositories.Remove(fact.Repository) },
        _ => State.Repositories.TryGetValue(fact.Repository, out var repository)
            ? State with { Repositories = State.Repositories.SetItem(fact.Repository, Apply(repository, fact)) }
            : State,
    };

    private static Repository Apply(Repository repository, RepositoriesEvent fact) => fact switch
    {
        RepositoriesEvent.ImagePushed pushed => repository with
        {
            Images = repository.Images.SetItem(pushed.Image.Digest, pushed.Image),
            Tags = pushed.Tag is null ? repository.Tags : repository.Tags.SetItem(pushed.Tag, pushed.Image.Digest),
        },
        RepositoriesEvent.ImageUntagged untagged => repository with { Tags = repository.Tags.Remove(untagged.Tag) },
        RepositoriesEvent.ImageDeleted deleted => repository with
        {
            Images = repository.Images.Remove(deleted.Digest),
            Tags = repository.Tags.RemoveRange(repository.Tags.Where(tag => tag.Value == deleted.Digest).Select(tag => tag.Key)),
        },
        RepositoriesEvent.TagMutabilityChanged changed => repository with { TagMutability = changed.TagMutability },
        RepositoriesEvent.ScanningChanged changed => repository with { ScanOnPush = changed.ScanOnPush },
        RepositoriesEvent.PolicyChanged changed => repository with { PolicyText = changed.PolicyText },
        RepositoriesEvent.LifecyclePolicyChanged changed => repository with { LifecyclePolicyText = changed.PolicyText },
        RepositoriesEvent.ResourceTagsChanged changed => repository with { ResourceTags = changed.ResourceTags },
        _ => throw new UnreachableException($"Unknown event {fact.GetType().Name}."),
    };
}
