using Berth.Wire;

namespace Berth.Identity;

internal sealed record CreatePolicyInput(string? PolicyName, string? Path, string? PolicyDocument, string? Description, IReadOnlyList<TagShape>? Tags);

internal sealed record CreatePolicyOutput(PolicyShape Policy);

/// <summary>Creates a managed policy. Kept, not yet evaluated.</summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html</remarks>
internal sealed class CreatePolicy(IdentityStreams streams) : IOperation<CreatePolicyInput, CreatePolicyOutput>
{
    public async ValueTask<CreatePolicyOutput> HandleAsync(CreatePolicyInput request, RequestContext context, CancellationToken cancellationToken)
    {
        var command = new Domain.CreatePolicy
        {
            Name = Invalid.Name(request.PolicyName, "policyName"),
            Path = Invalid.Path(request.Path),
            Document = Invalid.Document(request.PolicyDocument, "policyDocument"),
            Description = Invalid.Description(request.Description),
            Tags = Invalid.Tags(request.Tags),
        };
        var policy = await streams.ExecuteAsync(context, command, cancellationToken).ConfigureAwait(false);
        return new(policy.Shape(await streams.ReadAsync(context, cancellationToken).ConfigureAwait(false)));
    }
}
