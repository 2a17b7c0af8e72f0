using Berth.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Registry;

/// <summary>The ECR API: its names on the wire and the operations it answers.</summary>
internal static class EcrService
{
    public static AwsService Create(IServiceProvider provider)
    {
        var json = EcrJson.Wire;
        return new AwsService { SigningName = "ecr", Target = "AmazonEC2ContainerRegistry_V20150921", Protocol = AwsProtocol.Json11 }
            .Add(nameof(GetAuthorizationToken), () => json.GetAuthorizationTokenRequest, () => json.GetAuthorizationTokenResponse, () => New<GetAuthorizationToken>())
            .Add(nameof(CreateRepository), () => json.CreateRepositoryRequest, () => json.CreateRepositoryResponse, () => New<CreateRepository>())
            .Add(nameof(DescribeRepositories), () => json.DescribeRepositoriesRequest, () => json.DescribeRepositoriesResponse, () => New<DescribeRepositories>())
            .Add(nameof(DeleteRepository), () => json.DeleteRepositoryRequest, () => json.DeleteRepositoryResponse, () => New<DeleteRepository>())
            .Add(nameof(ListImages), () => json.ListImagesRequest, () => json.ListImagesResponse, () => New<ListImages>())
            .Add(nameof(DescribeImages), () => json.DescribeImagesRequest, () => json.DescribeImagesResponse, () => New<DescribeImages>())
            .Add(nameof(BatchGetImage), () => json.BatchGetImageRequest, () => json.BatchGetImageResponse, () => New<BatchGetImage>())
            .Add(nameof(BatchDeleteImage), () => json.BatchDeleteImageRequest, () => json.BatchDeleteImageResponse, () => New<BatchDeleteImage>())
            .Add(nameof(PutImage), () => json.PutImageRequest, () => json.PutImageResponse, () => New<PutImage>())
            .Add(nameof(BatchCheckLayerAvailability), () => json.BatchCheckLayerAvailabilityRequest, () => json.BatchCheckLayerAvailabilityResponse, () => New<BatchCheckLayerAvailability>())
            .Add(nameof(GetDownloadUrlForLayer), () => json.GetDownloadUrlForLayerRequest, () => json.GetDownloadUrlForLayerResponse, () => New<GetDownloadUrlForLayer>())
            .Add(nameof(InitiateLayerUpload), () => json.InitiateLayerUploadRequest, () => json.InitiateLayerUploadResponse, () => New<InitiateLayerUpload>())
            .Add(nameof(UploadLayerPart), () => json.UploadLayerPartRequest, () => json.UploadLayerPartResponse, () => New<UploadLayerPart>())
            .Add(nameof(CompleteLayerUpload), () => json.CompleteLayerUploadRequest, () => json.CompleteLayerUploadResponse, () => New<CompleteLayerUpload>())
            .Add(nameof(GetLifecyclePolicy), () => json.GetLifecyclePolicyRequest, () => json.LifecyclePolicyShape, () => New<GetLifecyclePolicy>())
            .Add(nameof(PutLifecyclePolicy), () => json.PutLifecyclePolicyRequest, () => json.LifecyclePolicyShape, () => New<PutLifecyclePolicy>())
            .Add(nameof(DeleteLifecyclePolicy), () => json.DeleteLifecyclePolicyRequest, () => json.LifecyclePolicyShape, () => New<DeleteLifecyclePolicy>())
            .Add(nameof(StartLifecyclePolicyPreview), () => json.StartLifecyclePolicyPreviewRequest, () => json.StartLifecyclePolicyPreviewResponse, () => New<StartLifecyclePolicyPreview>())
            .Add(nameof(GetLifecyclePolicyPreview), () => json.GetLifecyclePolicyPreviewRequest, () => json.GetLifecyclePolicyPreviewResponse, () => New<GetLifecyclePolicyPreview>())
            .Add(nameof(GetRepositoryPolicy), () => json.GetRepositoryPolicyRequest, () => json.RepositoryPolicyShape, () => New<GetRepositoryPolicy>())
            .Add(nameof(SetRepositoryPolicy), () => json.SetRepositoryPolicyRequest, () => json.RepositoryPolicyShape, () => New<SetRepositoryPolicy>())
            .Add(nameof(DeleteRepositoryPolicy), () => json.DeleteRepositoryPolicyRequest, () => json.RepositoryPolicyShape, () => New<DeleteRepositoryPolicy>())
            .Add(nameof(PutImageTagMutability), () => json.PutImageTagMutabilityRequest, () => json.PutImageTagMutabilityResponse, () => New<PutImageTagMutability>())
            .Add(nameof(PutImageScanningConfiguration), () => json.PutImageScanningConfigurationRequest, () => json.PutImageScanningConfigurationResponse, () => New<PutImageScanningConfiguration>())
            .Add(nameof(TagResource), () => json.TagResourceRequest, () => json.TagResourceResponse, () => New<TagResource>())
            .Add(nameof(UntagResource), () => json.UntagResourceRequest, () => json.UntagResourceResponse, () => New<UntagResource>())
            .Add(nameof(ListTagsForResource), () => json.ListTagsForResourceRequest, () => json.ListTagsForResourceResponse, () => New<ListTagsForResource>())
            .Add(nameof(DescribeRegistry), () => json.DescribeRegistryRequest, () => json.DescribeRegistryResponse, () => New<DescribeRegistry>())
            .Add(nameof(GetRegistryScanningConfiguration), () => json.GetRegistryScanningConfigurationRequest, () => json.GetRegistryScanningConfigurationResponse, () => New<GetRegistryScanningConfiguration>())
            .Add(nameof(GetRegistryPolicy), () => json.GetRegistryPolicyRequest, () => json.GetRegistryPolicyResponse, () => New<GetRegistryPolicy>());

        T New<T>() => ActivatorUtilities.CreateInstance<T>(provider);
    }
}
