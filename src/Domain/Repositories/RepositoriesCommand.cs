using System.Collections.Immutable;

namespace Berth.Domain;

/// <summary>What can be asked to change in a registry: its repositories and their settings.</summary>
/// <remarks>Names, lengths and enum values are checked at the edge; here stands what depends on the registry's state.</remarks>
public static partial class RepositoriesCommand
{
    /// <summary>The most resource tags a repository may have.</summary>
    public const int MostResourceTags = 50;

    /// <summary>Creates a repository.</summary>
    public sealed record Create(string Name) : Command<RepositoriesAggregate, Repository>
    {
        /// <summary>Which tags may move.</summary>
        public TagMutability TagMutability { get; init; } = TagMutability.Mutable;

        /// <summary>Whether images should be scanned on push.</summary>
        public bool ScanOnPush { get; init; }

        /// <summary>How images are encrypted.</summary>
        public RepositoryEncryption Encryption { get; init; } = RepositoryEncryption.Default;

        /// <summary>Resource tags.</summary>
        public ImmutableSortedDictionary<string, string> ResourceTags { get; init; } = Repository.NoText;

        /// <inheritdoc/>
        public override Repository Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            if (aggregate.State.Repositories.ContainsKey(Name))
            {
                throw new RefusedException(
                    "RepositoryAlreadyExistsException",
                    $"The repository with name '{Name}' already exists in the registry with id '{aggregate.State.Account}'");
            }

            RefuseTooMany(ResourceTags);
            aggregate.Record(new RepositoriesEvent.RepositoryCreated(context.Now, TagMutability, ScanOnPush, Encryption, ResourceTags) { Repository = Name });
            return aggregate.State.Get(Name);
        }
    }

    /// <summary>Deletes a repository; one with images only by force. Answers what it was.</summary>
    public sealed record Delete(string Name, bool Force) : Command<RepositoriesAggregate, Repository>
    {
        /// <inheritdoc/>
        public override Repository Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            var repository = aggregate.State.Get(Name);
            if (!Force && !repository.Images.IsEmpty)
            {
                throw new RefusedException(
                    "RepositoryNotEmptyException",
                    $"The repository with name '{Name}' in registry with id '{aggregate.State.Account}' cannot be deleted because it still contains images");
            }

            aggregate.Record(new RepositoriesEvent.RepositoryDeleted { Repository = Name });
            return repository;
        }
    }

    /// <summary>Says which tags may move from now on.</summary>
    public sealed record SetTagMutability(string Name, TagMutability TagMutability) : Command<RepositoriesAggregate, Repository>
    {
        /// <inheritdoc/>
        public override Repository Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            var current = aggregate.State.Get(Name).TagMutability;
            if (current.Immutable != TagMutability.Immutable || !current.Exclusions.SequenceEqual(TagMutability.Exclusions))
            {
                aggregate.Record(new RepositoriesEvent.TagMutabilityChanged(TagMutability) { Repository = Name });
            }

            return aggregate.State.Get(Name);
        }
    }

    /// <summary>Says whether images should be scanned on push.</summary>
    public sealed record SetScanning(string Name, bool ScanOnPush) : Command<RepositoriesAggregate, Repository>
    {
        /// <inheritdoc/>
        public override Repository Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            if (aggregate.State.Get(Name).ScanOnPush != ScanOnPush)
            {
                aggregate.Record(new RepositoriesEvent.ScanningChanged(ScanOnPush) { Repository = Name });
            }

            return aggregate.State.Get(Name);
        }
    }

    /// <summary>Sets the repository policy.</summary>
    public sealed record SetPolicy(string Name, string PolicyText) : Command<RepositoriesAggregate, Repository>
    {
        /// <inheritdoc/>
        public override Repository Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            if (aggregate.State.Get(Name).PolicyText != PolicyText)
            {
                aggregate.Record(new RepositoriesEvent.PolicyChanged(PolicyText) { Repository = Name });
            }

            return aggregate.State.Get(Name);
        }
    }

    /// <summary>Removes the repository policy. Answers its text.</summary>
    public sealed record DeletePolicy(string Name) : Command<RepositoriesAggregate, string>
    {
        /// <inheritdoc/>
        public override string Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            var text = aggregate.State.Get(Name).PolicyText ?? throw NoPolicy(Name, aggregate.State.Account);
            aggregate.Record(new RepositoriesEvent.PolicyChanged(null) { Repository = Name });
            return text;
        }
    }

    /// <summary>Sets the lifecycle policy; the text has been checked.</summary>
    public sealed record SetLifecyclePolicy(string Name, string PolicyText) : Command<RepositoriesAggregate, Repository>
    {
        /// <inheritdoc/>
        public override Repository Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            if (aggregate.State.Get(Name).LifecyclePolicyText != PolicyText)
            {
                aggregate.Record(new RepositoriesEvent.LifecyclePolicyChanged(PolicyText) { Repository = Name });
            }

            return aggregate.State.Get(Name);
        }
    }

    /// <summary>Removes the lifecycle policy. Answers its text.</summary>
    public sealed record DeleteLifecyclePolicy(string Name) : Command<RepositoriesAggregate, string>
    {
        /// <inheritdoc/>
        public override string Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            var text = aggregate.State.Get(Name).LifecyclePolicyText ?? throw NoLifecyclePolicy(Name, aggregate.State.Account);
            aggregate.Record(new RepositoriesEvent.LifecyclePolicyChanged(null) { Repository = Name });
            return text;
        }
    }

    /// <summary>Adds or replaces resource tags.</summary>
    public sealed record TagRepository(string Name, ImmutableSortedDictionary<string, string> ResourceTags) : Command<RepositoriesAggregate, Repository>
    {
        /// <inheritdoc/>
        public override Repository Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            var current = aggregate.State.Get(Name).ResourceTags;
            var wanted = current.SetItems(ResourceTags);
            RefuseTooMany(wanted);
            if (!wanted.SequenceEqual(current))
            {
                aggregate.Record(new RepositoriesEvent.ResourceTagsChanged(wanted) { Repository = Name });
            }

            return aggregate.State.Get(Name);
        }
    }

    /// <summary>Removes resource tags; keys that are not there are no mistake.</summary>
    public sealed record UntagRepository(string Name, ImmutableArray<string> Keys) : Command<RepositoriesAggregate, Repository>
    {
        /// <inheritdoc/>
        public override Repository Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            var current = aggregate.State.Get(Name).ResourceTags;
            var wanted = current.RemoveRange(Keys);
            if (wanted.Count != current.Count)
            {
                aggregate.Record(new RepositoriesEvent.ResourceTagsChanged(wanted) { Repository = Name });
            }

            return aggregate.State.Get(Name);
        }
    }

    /// <summary>The refusal for a repository without a policy.</summary>
    public static RefusedException NoPolicy(string name, string account) => new(
        "RepositoryPolicyNotFoundException",
        $"Repository policy does not exist for the repository with name '{name}' in the registry with id '{account}'");

    /// <summary>The refusal for a repository without a lifecycle policy.</summary>
    public static RefusedException NoLifecyclePolicy(string name, string account) => new(
        "LifecyclePolicyNotFoundException",
        $"Lifecycle policy does not exist for the repository with name '{name}' in the registry with id '{account}'");

    private static void RefuseTooMany(ImmutableSortedDictionary<string, string> tags)
    {
        if (tags.Count > MostResourceTags)
        {
            throw new RefusedException(
                "TooManyTagsException",
                $"The number of tags exceeds the limit of {MostResourceTags} tags for a resource");
        }
    }
}
