using System.Collections.Immutable;

namespace Berth.Domain;

/// <content>Images and their tags.</content>
public static partial class RepositoriesCommand
{
    /// <summary>Stores an image under a tag or without one. Its blobs and its manifest's bytes are durable already.</summary>
    /// <param name="Name">The repository.</param>
    /// <param name="Image">The image; the push time is filled in by the decision.</param>
    /// <param name="Tag">The tag that shall name it; null = none.</param>
    /// <param name="RefuseUnchanged">
    /// Whether an image that is there already, under this very tag, is refused (the API) or simply fine (a client's push).
    /// </param>
    public sealed record PutImage(string Name, RepositoryImage Image, string? Tag, bool RefuseUnchanged) : Command<RepositoriesAggregate, RepositoryImage>
    {
        /// <inheritdoc/>
        public override RepositoryImage Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            var account = aggregate.State.Account;
            var repository = aggregate.State.Get(Name);
            var missing = Image.Children.Where(child => !repository.Images.ContainsKey(child.Digest)).Select(child => child.Digest).ToList();
            if (missing.Count > 0)
            {
                throw new RefusedException(
                    "ReferencedImagesNotFoundException",
                    $"Images with digests '[{string.Join(", ", missing)}]' required for pushing image into repository with name '{Name}' in the registry with id '{account}' do not exist");
            }

            var known = repository.Images.GetValueOrDefault(Image.Digest);
            var tagged = Tag is null ? null : repository.Tags.GetValueOrDefault(Tag);
            if (known is not null && (Tag is null || tagged == Image.Digest))
            {
                return !RefuseUnchanged ? known : throw new RefusedException(
                    "ImageAlreadyExistsException",
                    $"Image with digest '{Image.Digest}' and tag '{Tag ?? "null"}' already exists in the repository with name '{Name}' in registry with id '{account}'");
            }

            if (Tag is not null && tagged is not null && repository.TagMutability.Pins(Tag))
            {
                throw new RefusedException(
                    "ImageTagAlreadyExistsException",
                    $"The image tag '{Tag}' already exists in the '{Name}' repository and cannot be overwritten because the {(repository.TagMutability.Exclusions.IsEmpty ? "repository" : "tag")} is immutable.");
            }

            var image = Image with { PushedAt = context.Now };
            aggregate.Record(new RepositoriesEvent.ImagePushed(image, Tag) { Repository = Name });
            return image;
        }
    }

    /// <summary>What came of <see cref="DeleteImages"/>: every pair of digest and tag that went, and what could not go.</summary>
    public sealed record ImagesDeleted(ImmutableArray<ImageId> Deleted, ImmutableArray<ImageFailure> Failures);

    /// <summary>
    /// Deletes images as the API does: by tag, the tag goes, and the image with its last tag; by digest, the image goes
    /// with all its tags. An image that an index lists stays.
    /// </summary>
    public sealed record DeleteImages(string Name, ImmutableArray<ImageId> Ids) : Command<RepositoriesAggregate, ImagesDeleted>
    {
        /// <inheritdoc/>
        public override ImagesDeleted Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            var deleted = ImmutableArray.CreateBuilder<ImageId>();
            var failures = ImmutableArray.CreateBuilder<ImageFailure>();
            foreach (var id in InOrder(aggregate.State.Get(Name)))
            {
                var repository = aggregate.State.Get(Name);
                if (repository.Find(id) is not { Digest: var digest })
                {
                    failures.Add(repository.WhyNot(id));
                    continue;
                }

                var tags = repository.Tags.Where(tag => tag.Value == digest).Select(tag => tag.Key).ToList();
                if (id.Tag is not null && (tags.Count > 1 || repository.ReferencedByIndexes().Contains(digest)))
                {
                    aggregate.Record(new RepositoriesEvent.ImageUntagged(id.Tag) { Repository = Name });
                    deleted.Add(new ImageId(digest, id.Tag));
                    continue;
                }

                if (repository.ReferencedByIndexes().Contains(digest))
                {
                    failures.Add(ImageFailure.Referenced(id));
                    continue;
                }

                aggregate.Record(new RepositoriesEvent.ImageDeleted(digest) { Repository = Name });
                deleted.AddRange(tags.Select(tag => new ImageId(digest, tag)).DefaultIfEmpty(new ImageId(digest, null)));
            }

            return new(deleted.DrainToImmutable(), failures.DrainToImmutable());
        }

        // Indexes first, so that one call can delete an index together with what it lists.
        private IEnumerable<ImageId> InOrder(Repository repository) => Ids.OrderBy(id =>
            repository.Find(id) is { Children.IsEmpty: false } ? 0 : 1);
    }

    /// <summary>Removes a tag and leaves the image, as the distribution protocol does. Answers false when there is no such tag.</summary>
    public sealed record Untag(string Name, string Tag) : Command<RepositoriesAggregate, bool>
    {
        /// <inheritdoc/>
        public override bool Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            if (!aggregate.State.Get(Name).Tags.ContainsKey(Tag))
            {
                return false;
            }

            aggregate.Record(new RepositoriesEvent.ImageUntagged(Tag) { Repository = Name });
            return true;
        }
    }

    /// <summary>Deletes what the repository's lifecycle policy wants deleted now. Answers what went.</summary>
    public sealed record ApplyLifecyclePolicy(string Name) : Command<RepositoriesAggregate, ImmutableArray<LifecycleExpiry>>
    {
        /// <inheritdoc/>
        public override ImmutableArray<LifecycleExpiry> Decide(RepositoriesAggregate aggregate, DecisionContext context)
        {
            if (!aggregate.State.Repositories.TryGetValue(Name, out var repository) || repository.LifecyclePolicyText is not { } text)
            {
                return [];
            }

            var expired = LifecyclePolicy.Parse(text).Evaluate(repository, context.Now);
            foreach (var expiry in expired)
            {
                aggregate.Record(new RepositoriesEvent.ImageDeleted(expiry.Image.Digest) { Repository = Name });
            }

            return expired;
        }
    }
}
